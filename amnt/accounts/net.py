"""The network a request comes from, truncated to a prefix."""

from ipaddress import IPv6Address, ip_address, ip_network

# The prefix that a provider assigns: addresses within it count as one network.
PREFIX = {4: 24, 6: 48}
NOWHERE = "0.0.0.0"  # noqa: S104 -- the prefix of requests that carry no address, such as through a socket


def ip_prefix(address: str | None) -> str:
    """The first address of the /24 or /48 this address lies in: "203.0.113.77" is "203.0.113.0"."""
    if not address:
        return NOWHERE
    exact = ip_address(address)
    if isinstance(exact, IPv6Address) and exact.ipv4_mapped:
        exact = exact.ipv4_mapped
    return str(ip_network(f"{exact}/{PREFIX[exact.version]}", strict=False).network_address)
