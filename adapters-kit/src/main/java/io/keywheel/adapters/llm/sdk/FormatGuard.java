package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.JsonLines.Format;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Asks a format, and keeps what it promises whatever that does: what a format throws is a failure like any
/// other, and no word of a provider's gets past it with a key in it.
final class FormatGuard {

    private final ProviderSettings settings;
    private final Format format;
    private final SecretRedactor secretRedactor;
    private final InstantSource clock;

    FormatGuard(ProviderSettings settings, Format format, InstantSource clock) {
        this.settings = settings;
        this.format = format;
        this.secretRedactor = new SecretRedactor(settings.keys());
        this.clock = clock;
    }

    /// @throws RefusedException where the provider cannot be told of all that the call asks
    JsonNode request(LlmCall call, boolean streamed) throws RefusedException {
        try {
            String burden = format.burden(call).orElse(null);
            if (burden == null) {
                return Objects.requireNonNull(format.request(call, streamed));
            }
            throw new RefusedException(unsupported(burden, burden));
        } catch (RuntimeException e) {
            throw new RefusedException(
                    unsupported("this request (" + e.getClass().getSimpleName() + ")", null));
        }
    }

    private Failure unsupported(String what, @Nullable String param) {
        String words = settings.provider() + " cannot be told of " + what;
        return new Failure.Unsupported(new UpstreamError(400, words, "invalid_request_error", param, null));
    }

    Chunk chunk(JsonNode line) throws IOException {
        return asked(() -> format.chunk(line))
                .orElseThrow(() -> new IOException("what it sent is no part of an answer"));
    }

    /// Masks what the provider calls things in the chunks of one answer.
    UnaryOperator<Chunk> names() {
        return secretRedactor.chunks();
    }

    /// An id with a part of a key in it is no model's, and would be shown to all.
    List<ModelId> models(JsonNode list) throws IOException {
        return asked(() -> format.models(list).stream()
                .filter(model -> !secretRedactor.isShownBy(model.value()))
                .toList());
    }

    /// The words of an error; null where it is none.
    @Nullable
    String error(JsonNode object) throws IOException {
        String words = asked(() -> Objects.requireNonNullElse(format.error(object), ""));
        return words.isEmpty() ? null : secretRedactor.page(words);
    }

    /// What an answer means that is no success. The status counts whatever the words are, but for those that
    /// show that it is not the provider who speaks.
    ///
    /// @param comeBack what the header `Retry-After` says; null without one
    Failure refusal(int status, String body, @Nullable String comeBack) throws IOException {
        Duration retryAfter = comeBack == null ? null : RetryAfter.read(comeBack, clock.instant());
        JsonNode json = LineReader.jsonIn(body);
        String words = error(json);
        if (words != null) {
            return asked(() -> format.refusal(status, words, retryAfter));
        }
        boolean page = body.stripLeading().startsWith("<");
        String said = page || body.isBlank() ? "status " + status + " without words" : secretRedactor.page(body);
        boolean speaks = status >= 400 && !page && (status != 403 || json.isObject());
        return speaks
                ? asked(() -> format.refusal(status, said, retryAfter))
                : new Failure.Unavailable(said, retryAfter);
    }

    /// Words of whoever it was, fit to be shown.
    String shown(String words) {
        return secretRedactor.paragraph(words);
    }

    /// The message of what it throws may repeat what was said.
    private static <T> T asked(Callable<T> question) throws IOException {
        try {
            return Objects.requireNonNull(question.call());
        } catch (Exception e) {
            throw new IOException("what it sent cannot be read: " + e.getClass().getSimpleName());
        }
    }
}
