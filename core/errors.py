"""What can go wrong that we expect. A name states the fact; the message states the mend."""

from http import HTTPStatus
from typing import ClassVar


class LanternError(Exception):
    """An expected refusal: it carries a status, a stable code, and a sentence that says what to do."""

    http_status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str] = "refused"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or self.code).strip().splitlines()[0])

    @property
    def message(self) -> str:
        return str(self.args[0])


class NotFound(LanternError):
    """There is nothing here, or it is not yours to see."""

    http_status = HTTPStatus.NOT_FOUND
    code = "not_found"


class NotAllowed(LanternError):
    """Your role does not let you do this."""

    http_status = HTTPStatus.FORBIDDEN
    code = "not_allowed"


class NotSignedIn(LanternError):
    """Sign in first."""

    http_status = HTTPStatus.UNAUTHORIZED
    code = "not_signed_in"


class WrongToken(LanternError):
    """This chat can't be opened with that key. Start a new chat or use your return code."""

    http_status = HTTPStatus.UNAUTHORIZED
    code = "wrong_token"


class TextRefused(LanternError):
    """The message could not be read. Send it again as plain text."""

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "text_refused"


class TextTooLong(TextRefused):
    """The message is longer than 2,000 characters. Split it into shorter ones."""

    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "text_too_long"


class TextEmpty(TextRefused):
    """The message is empty. Write something, then send."""

    code = "text_empty"


class ConversationOver(LanternError):
    """This chat has ended. Start a new one any time."""

    http_status = HTTPStatus.CONFLICT
    code = "conversation_over"


class UnknownLine(NotFound):
    """There is no line by that name."""

    code = "unknown_line"


class TooMany(LanternError):
    """Too many tries in a short time. Wait a few minutes, then try again."""

    http_status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many"
    retryable = True


class Unavailable(LanternError):
    """We can't save anything just now. Please send it again in a moment."""

    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    retryable = True


class Conflict(LanternError):
    """Someone else changed this first. Look again, then decide."""

    http_status = HTTPStatus.CONFLICT
    code = "conflict"


class TransitionRefused(Conflict):
    """That can't be done from here."""

    code = "transition_refused"


class SettingWrong(LanternError):
    """A setting or a content file is wrong."""

    http_status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "setting_wrong"
