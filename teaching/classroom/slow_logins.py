"""The hub's login with the class's password: guesses are slow, as they are at the app's login."""

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from tornado.web import HTTPError

from mnist_helpers.system.turns import Logins

_LOGINS = Logins()


class SlowLogins(SharedPasswordAuthenticator):
    """Everybody has the same password. Wrong ones are slowed for an address and for an account."""

    async def authenticate(self, handler, data) -> str | None:
        """Return the name if the password is right, and None (later) if it is wrong."""
        address = handler.request.remote_ip
        with _LOGINS.place(address) as is_free:
            if not is_free:
                raise HTTPError(429, "too many passwords at once; try again")
            name = await super().authenticate(handler, data)
            if name is None and await _LOGINS.delay(address, f"account {data['username']}"):
                raise HTTPError(429, "too many wrong passwords; wait a minute")
            return name
