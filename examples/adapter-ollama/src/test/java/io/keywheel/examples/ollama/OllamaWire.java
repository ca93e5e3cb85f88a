package io.keywheel.examples.ollama;

import static io.keywheel.contract.Wire.json;

import io.keywheel.contract.Wire;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Ollama's wire format, by its `docs/api.md`.
final class OllamaWire implements Wire {

    @Override
    public Reply answer(String text, FinishReason reason) {
        return Reply.json(200, line(text, reason));
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public String piece(String text) {
        return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":%s},\"done\":false}\n"
                .formatted(json(text));
    }

    @Override
    public String end(FinishReason reason) {
        return line("", reason) + "\n";
    }

    private static String line(String text, FinishReason reason) {
        return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":%s},\"done\":true,\"done_reason\":%s,\"prompt_eval_count\":%d,\"eval_count\":%d}"
                .formatted(json(text), json(reason.label()), PROMPT_TOKENS, COMPLETION_TOKENS);
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of(error(words) + "\n");
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        return switch (kind) {
            case REJECTED -> Optional.of(Reply.json(400, error(words)));
            case KEY_REFUSED -> Optional.of(Reply.json(401, error(words)));
            case MODEL_UNAVAILABLE -> Optional.of(Reply.json(404, error(words)));
            case RATE_LIMITED -> Optional.of(Reply.json(429, error(words)));
            case UNAVAILABLE -> Optional.of(Reply.json(500, error(words)));
            case OVERLOADED -> Optional.of(Reply.json(503, error(words)));
            case ACCOUNT_BLOCKED, TOO_LARGE, UNSUPPORTED, TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME ->
                Optional.empty();
        };
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(Reply.json(429, error("enough"), "Retry-After: " + wait.toSeconds()));
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(Reply.json(
                200,
                ids.stream()
                        .map(id -> "{\"name\":" + json(id) + "}")
                        .collect(Collectors.joining(",", "{\"models\":[", "]}"))));
    }

    private static String error(String words) {
        return "{\"error\":" + json(words) + "}";
    }
}
