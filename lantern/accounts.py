"""Staff accounts from the command line, and the demo's own."""

import pyotp

from bot.service import Service
from console.desk.signing_in import hash_password
from core.events import Act, StaffAdded
from core.ids import LineId, StaffId
from storage import people
from storage.record import record

DEMO = (
    ("amira", "Amira", "mental health nurse", ("clinician",)),
    ("joseph", "Joseph", "school nurse", ("clinician",)),
    ("ruth", "Ruth", "crisis practitioner", ("clinician",)),
    ("sam", "Sam", "supervisor", ("clinician", "supervisor", "admin")),
)
DEMO_PASSWORD = "lantern-demo-only"  # noqa: S105 - printed by the demo; real deployments start with no accounts


async def add(
    service: Service, username: str, first_name: str, job: str, roles: tuple[str, ...], password: str, secret: str | None = None
) -> str:
    """Add one account; the answer is the TOTP secret for its authenticator app."""
    now = service.clock.now()
    totp = secret or pyotp.random_base32()
    event = StaffAdded(
        staff=StaffId(service.fresh(now)),
        username=username.strip().lower(),
        first_name=first_name,
        job=job,
        roles=roles,
        lines=tuple(LineId(line) for line in service.deployment.lines),
        password_hash=hash_password(password),
        totp_secret=totp,
    )
    async with service.database.write() as connection:
        await record(connection, service.sealer, [Act(now, "system", (event,))])
    return totp


async def ensure_demo(service: Service) -> list[str]:
    """The demo's accounts, made once; answers a line for each with its password and how to get its code."""
    async with service.database.read() as connection:
        known = {person.username: person for person in await people.everyone(connection, service.sealer)}
    lines = []
    for username, first_name, job, roles in DEMO:
        secret = known[username].totp_secret if username in known else await add(service, username, first_name, job, roles, DEMO_PASSWORD)
        code = pyotp.TOTP(secret).now()
        lines.append(f"{username:8} password {DEMO_PASSWORD}   code now {code}   later: lantern users code {username}   ({job})")
    return lines
