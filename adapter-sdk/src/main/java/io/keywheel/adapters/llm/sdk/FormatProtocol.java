package io.keywheel.adapters.llm.sdk;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.EventReader.Event;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adapts a format to a protocol. An `IllegalArgumentException` of `chat` becomes a failure; other exceptions are
/// thrown. Masks keys in all error texts of the provider.
record FormatProtocol(ProviderSettings settings, Format format, SecretRedactor secretRedactor) implements Protocol {

    private static final int OK = 200;

    @Override
    public HttpCall chat(LlmCall call, boolean streamed) throws FailureException {
        String feature = Features.firstUnsupported(format, call).orElse(null);
        if (feature != null) {
            throw new FailureException(unsupported(feature, feature));
        }
        HttpCall http;
        try {
            http = format.chat(call, settings.key(call.target().key().slot()), streamed);
            http.to(settings.baseUrl());
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage();
            String what = "this request" + (reason == null ? "" : ": " + secretRedactor.paragraph(reason));
            throw new FailureException(unsupported(what, null));
        }
        if (http.hasDotSegment()) {
            throw new FailureException(new Failure.ModelUnavailable(
                    new UpstreamError(404, settings.provider() + " has no model of this id", null, "model", null)));
        }
        return http;
    }

    private Failure unsupported(String what, @Nullable String param) {
        String message = "the protocol of " + settings.provider() + " cannot express " + what;
        return new Failure.Unsupported(new UpstreamError(400, message, "invalid_request_error", param, null), false);
    }

    @Override
    public Framing framing() {
        return format.framing();
    }

    /// The status counts for any body, unless the body shows that an intermediary answered.
    @Override
    public Failure refusal(int status, Headers headers, byte[] bytes) {
        Duration retryAfter = retryAfter(headers);
        JsonNode json = JsonReader.tree(bytes);
        String errorText = error(json);
        if (errorText != null) {
            return failure(new Refusal(status, errorText, retryAfter, headers, json));
        }
        String body = new String(bytes, StandardCharsets.UTF_8);
        boolean isPage = body.stripLeading().startsWith("<");
        String message = isPage || body.isBlank() ? "status " + status + " without words" : secretRedactor.page(body);
        boolean ofIntermediary = status < 400 || isPage || ((status == 403 || status == 408) && !json.isObject());
        var refusal = new Refusal(status, message, retryAfter, headers, json);
        return ofIntermediary ? refusal.unavailable() : failure(refusal);
    }

    private Failure failure(Refusal refusal) {
        Failure failure = requireNonNull(format.refusal(refusal));
        return failure instanceof Failure.RateLimited limited
                        && limited.status().equals(RateLimitStatus.UNKNOWN)
                ? limited.withStatus(rateLimitStatus(refusal.headers()))
                : failure;
    }

    @Override
    public RateLimitStatus rateLimitStatus(Headers headers) {
        try {
            return requireNonNull(format.rateLimitStatus(headers));
        } catch (IllegalArgumentException | DateTimeException _) {
            // Limits are advice: a number or date that cannot be read must not cost the answer.
            return RateLimitStatus.UNKNOWN;
        }
    }

    @Override
    public boolean countsCachedTokens() {
        return format.countsCachedTokens();
    }

    @Override
    public HttpCall list(KeySlot key) {
        return format.list(settings.key(key));
    }

    @Override
    public List<ModelId> models(byte[] list) throws FailureException {
        JsonNode json = requireJson(JsonReader.singleValue(list));
        String errorText = error(json);
        if (errorText != null) {
            throw FailureException.unavailable(errorText);
        }
        List<ModelId> models = format.models(json);
        // JSON without an array is no provider without models: the known ones stay.
        if (models.isEmpty() && !json.isArray() && json.valueStream().noneMatch(JsonNode::isArray)) {
            throw FailureException.because("its answer is not a list of models");
        }
        return models;
    }

    /// The text of an error; null if the object is not an error.
    private @Nullable String error(JsonNode object) {
        String errorText = format.error(object);
        return errorText == null || errorText.isEmpty() ? null : secretRedactor.page(errorText);
    }

    private static @Nullable Duration retryAfter(Headers headers) {
        return RetryAfterParser.of(headers, InstantSource.system());
    }

    private static JsonNode requireJson(JsonNode read) throws FailureException {
        if (read.isMissingNode()) {
            throw FailureException.because("its answer is not JSON");
        }
        return read;
    }

    @Override
    public Reader reader(Headers headers) {
        return new ValueReader(this, format.decoder(), headers);
    }

    private record ValueReader(FormatProtocol protocol, Format.Decoder decoder, Headers headers) implements Reader {

        @Override
        public Chunk next(Event event) throws FailureException {
            return chunk(requireJson(JsonReader.tree(event.bytes(), event.from(), event.to())));
        }

        private Chunk chunk(JsonNode value) throws FailureException {
            Failure error = error(value);
            if (error != null) {
                throw new FailureException(error);
            }
            return decoder.next(value)
                    .orElseThrow(() -> FailureException.because("its event is not a part of an answer"));
        }

        @Override
        public Chunk whole(byte[] answer) throws FailureException {
            Chunk chunk = chunk(requireJson(JsonReader.singleValue(answer)));
            if (chunk.pieces().isEmpty()) {
                throw FailureException.because("its answer is not in the expected format");
            }
            if (chunk.pieces().stream().map(Chunk.Piece::choice).distinct().count()
                    < chunk.pieces().size()) {
                throw new IllegalStateException("a whole answer has one piece for each choice");
            }
            return chunk;
        }

        @Override
        public @Nullable Failure error(byte[] body) {
            return error(JsonReader.tree(body));
        }

        private @Nullable Failure error(JsonNode value) {
            String errorText = protocol.error(value);
            return errorText == null
                    ? null
                    : protocol.failure(new Refusal(OK, errorText, retryAfter(headers), headers, value));
        }
    }
}
