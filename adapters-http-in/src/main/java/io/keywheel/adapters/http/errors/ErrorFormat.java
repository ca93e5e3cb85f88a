package io.keywheel.adapters.http.errors;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.keywheel.application.port.in.ChatException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How an API describes what went wrong: as the native one does, wherever it has no convention of its own.
public interface ErrorFormat {

    /// @param standard what the native API says of it
    /// @param cause null where the server itself refuses a request
    ErrorResponse of(ErrorResponse standard, @Nullable ChatException cause);

    /// Where else than in `X-Request-Id` clients look for the id of their request.
    default Optional<HeaderName> idHeader() {
        return Optional.empty();
    }

    /// The body that says it.
    ObjectNode body(ErrorResponse error, String requestId);
}
