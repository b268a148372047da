"""Where a request comes from, no more exactly than we need to know it."""

from ipaddress import IPv6Address, ip_address, ip_network

# What a stranger has to change to count as another place: the prefix a provider hands out.
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
