from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        """One enters by invitation only."""
        return False


class MFAAdapter(DefaultMFAAdapter):
    pass
