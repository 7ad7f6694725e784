"""The errors the API answers with, in the shape of HubSpot's `Error` schema."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ValueProblem:
    """One property value that was refused: the code is HubSpot's own word for the kind."""

    code: str
    name: str
    message: str


@dataclass
class ApiError(Exception):
    """An answer other than success: a status, a category, and what is wrong in a sentence."""

    status: int
    category: str
    message: str
    errors: list[dict[str, Any]] = field(default_factory=list)
    context: dict[str, list[str]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The JSON body; every answer has its own correlation id."""
        shown: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
            "category": self.category,
        }
        if self.errors:
            shown["errors"] = self.errors
        if self.context:
            shown["context"] = self.context
        return shown | self.extra


def invalid(message: str, context: dict[str, list[str]] | None = None) -> ApiError:
    """400: the request as a whole cannot be understood."""
    return ApiError(400, "VALIDATION_ERROR", message, context=context or {})


def not_found(message: str = "resource not found") -> ApiError:
    """404: no such record, owner or path."""
    return ApiError(404, "OBJECT_NOT_FOUND", message)


def conflict(message: str) -> ApiError:
    """409: another record already holds a value that must be unique."""
    return ApiError(409, "CONFLICT", message)


def unauthorised() -> ApiError:
    """401: a token was sent, and it is not one this sandbox knows."""
    return ApiError(
        401,
        "INVALID_AUTHENTICATION",
        "The bearer token of this request is not known to the sandbox CRM. "
        "Send the token that it was started with, or none at all.",
    )


def lacking_scopes(scope: str) -> ApiError:
    """403: the token is known, and its app has not been given the right to do this."""
    needed = {"message": "One or more of these scopes are required.", "context": {"requiredGranularScopes": [scope]}}
    return ApiError(
        403,
        "MISSING_SCOPES",
        f"This app has not been granted the scopes that this request needs: {scope}.",
        errors=[needed],
        extra={"links": {"scopes": "https://developers.hubspot.com/scopes"}},
    )


def _details(problems: list[ValueProblem]) -> list[dict[str, Any]]:
    return [
        {
            "message": problem.message,
            "code": problem.code,
            "context": {"propertyName": [problem.name]},
        }
        for problem in problems
    ]


def refused_values(problems: list[ValueProblem], portal: int) -> ApiError:
    """400: values that their properties cannot take; the message lists them as JSON, as HubSpot's
    does, and `errors` once more for programs."""
    listed = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            "portalId": portal,
        }
        for problem in problems
    ]
    text = "Property values were not valid: " + json.dumps(listed, ensure_ascii=False)
    return ApiError(400, "VALIDATION_ERROR", text, errors=_details(problems))


def lacking(doing: str, kind: str, names: list[str]) -> ApiError:
    """400: properties without which a record may not be written."""
    text = f"Error {doing} {kind.upper()}. Some required properties were not set."
    problems = [
        ValueProblem("MISSING_REQUIRED_PROPERTY", name, f"{name} is required and was not set.")
        for name in names
    ]
    return ApiError(
        400, "VALIDATION_ERROR", text, errors=_details(problems), context={"properties": names}
    )


def refused_move(problems: list[ValueProblem]) -> ApiError:
    """400: a pipeline does not let a record move that way."""
    text = " ".join(problem.message for problem in problems)
    return ApiError(400, "VALIDATION_ERROR", text, errors=_details(problems))
