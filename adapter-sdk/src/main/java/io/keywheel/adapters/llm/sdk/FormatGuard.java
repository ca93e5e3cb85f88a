package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Asks a format, and makes failures of what it throws. No text of a provider gets past it with a key in it.
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

    /// @throws RefusedException where the provider's protocol cannot express the call
    Transport.Request request(LlmCall call, boolean streamed) throws RefusedException {
        String feature = Features.beyond(format.capabilities(), call).orElse(null);
        if (feature != null) {
            throw new RefusedException(unsupported(feature, feature));
        }
        try {
            HttpCall http = format.chat(call, settings.key(call.target().key().slot()), streamed);
            if (http.leadsElsewhere()) {
                throw new RefusedException(new Failure.ModelUnavailable(
                        new UpstreamError(404, settings.provider() + " has no model of this id", null, "model", null)));
            }
            return http.to(settings.baseUrl());
        } catch (RuntimeException e) {
            throw new RefusedException(
                    unsupported("this request (" + e.getClass().getSimpleName() + ")", null));
        }
    }

    private Failure unsupported(String what, @Nullable String param) {
        String words = "the protocol of " + settings.provider() + " cannot express " + what;
        return new Failure.Unsupported(new UpstreamError(400, words, "invalid_request_error", param, null));
    }

    Chunk chunk(Format.Decoder decoder, JsonNode value) throws TransportException {
        return asked(() -> decoder.next(value))
                .orElseThrow(() -> TransportException.broken("what it sent is no part of an answer", null));
    }

    /// Masks the names and ids in the chunks of one answer.
    UnaryOperator<Chunk> names() {
        return secretRedactor.chunks();
    }

    /// An id with a part of a key in it is no model's, and would be shown to all.
    List<ModelId> models(JsonNode list) throws TransportException {
        return asked(() -> format.models(list).stream()
                .filter(model -> !secretRedactor.isShownBy(model.value()))
                .toList());
    }

    /// The text of an error; null where it is none.
    @Nullable
    String error(JsonNode object) throws TransportException {
        String words = asked(() -> Objects.requireNonNullElse(format.error(object), ""));
        return words.isEmpty() ? null : secretRedactor.page(words);
    }

    /// What an answer means that is no success. The status counts whatever the body is, unless the body shows that
    /// something on the way to the provider answered.
    Failure refusal(int status, Headers headers, String body) throws TransportException {
        String wait = headers.get("retry-after");
        Duration retryAfter = wait == null ? null : RetryAfterParser.retryAfter(wait, clock.instant());
        JsonNode json = JsonFrames.jsonIn(body);
        String words = error(json);
        boolean page = body.stripLeading().startsWith("<");
        boolean speaks = words != null || (status >= 400 && !page && (status != 403 || json.isObject()));
        String message = words != null
                ? words
                : page || body.isBlank() ? "status " + status + " without words" : secretRedactor.page(body);
        return speaks
                ? asked(() -> format.refusal(new Refusal(status, message, retryAfter, headers, json)))
                : new Failure.Unavailable(message, retryAfter);
    }

    /// The message of an exception may repeat what the provider sent.
    private static <T> T asked(Callable<T> question) throws TransportException {
        try {
            return Objects.requireNonNull(question.call());
        } catch (Exception e) {
            throw TransportException.broken(
                    "what it sent cannot be read: " + e.getClass().getSimpleName(), null);
        }
    }
}
