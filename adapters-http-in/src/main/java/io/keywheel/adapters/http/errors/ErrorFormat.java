package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.keywheel.application.port.in.ChatException;
import java.util.Optional;

/// How an API describes what went wrong.
public interface ErrorFormat {

    /// For a chat that got no answer.
    ErrorResponse of(ChatException e);

    /// For a request that the server itself refuses.
    ErrorResponse of(RefusedException e);

    /// For what the native API says so.
    ErrorResponse of(ErrorResponse standard);

    /// Where else than in `X-Request-Id` clients look for the id of their request.
    default Optional<HeaderName> idHeader() {
        return Optional.empty();
    }

    /// The body that says it.
    ObjectNode body(ErrorResponse error, String requestId);
}
