package io.keywheel.adapters.llm.sdk;

import static io.keywheel.contract.Wire.json;

import io.keywheel.contract.Wire;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The wire format of the plain provider.
final class PlainFormat implements Wire {

    @Override
    public Reply answer(String text, FinishReason reason) {
        return Reply.json(200, last("\"say\":" + json(text), reason));
    }

    @Override
    public Optional<Reply> toolCall(String name, String arguments) {
        return Optional.of(Reply.json(200, last(call(name, arguments), FinishReason.TOOL_CALLS)));
    }

    private static String call(String name, String arguments) {
        return "\"say\":\"\",\"call\":{\"name\":" + json(name) + ",\"with\":" + json(arguments) + "}";
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public String piece(String text) {
        return "{\"say\":" + json(text) + "}\n";
    }

    @Override
    public Optional<String> toolCallPiece(String name, String arguments) {
        return Optional.of("{" + call(name, arguments) + "}\n");
    }

    @Override
    public String end(FinishReason reason) {
        return last("\"say\":\"\"", reason) + "\n";
    }

    private static String last(String fields, FinishReason reason) {
        return "{%s,\"end\":%s,\"asked\":%d,\"answered\":%d}"
                .formatted(fields, json(reason.name()), PROMPT_TOKENS, COMPLETION_TOKENS);
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of(no(words) + "\n");
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        int status = switch (kind) {
            case REJECTED -> 400;
            case KEY_REFUSED -> 401;
            case ACCOUNT_BLOCKED -> 402;
            case MODEL_UNAVAILABLE -> 404;
            case TOO_LARGE -> 413;
            case RATE_LIMITED -> 429;
            case UNAVAILABLE -> 500;
            case OVERLOADED -> 503;
            case UNSUPPORTED, TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> 0;
        };
        return status == 0 ? Optional.empty() : Optional.of(Reply.json(status, no(words)));
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(Reply.json(429, no("enough"), "Retry-After: " + wait.toSeconds()));
    }

    @Override
    public List<String> nothingLeft(Duration reset) {
        return List.of("left: 0", "left-reset: " + Instant.now().plus(reset));
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(
                Reply.json(200, ids.stream().map(Wire::json).collect(Collectors.joining(",", "{\"models\":[", "]}"))));
    }

    private static String no(String words) {
        return "{\"no\":" + json(words) + "}";
    }
}
