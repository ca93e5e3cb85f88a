package io.keywheel.examples.gemini;

import static io.keywheel.contract.Wire.json;

import io.keywheel.contract.Wire;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Gemini's answers.
final class GeminiWire implements Wire {

    private static final long CACHED = 3;

    /// Beside the tokens of the candidates, not among them.
    private static final long THOUGHT = 2;

    @Override
    public Reply answer(String text, FinishReason reason) {
        return Reply.json(200, candidate("{\"text\":" + json(text) + "}", reason));
    }

    @Override
    public Optional<Reply> answerInParts(List<String> texts) {
        String parts =
                texts.stream().map(text -> "{\"text\":" + json(text) + "}").collect(Collectors.joining(","));
        return Optional.of(Reply.json(200, candidate(parts, FinishReason.STOP)));
    }

    @Override
    public Optional<Reply> toolCalls(String name, List<String> arguments) {
        return Optional.of(Reply.json(200, candidate(calls(name, arguments), FinishReason.STOP)));
    }

    @Override
    public Optional<Reply> textAndToolCall(String text, String name, String arguments) {
        String parts = "{\"text\":" + json(text) + "}," + calls(name, List.of(arguments));
        return Optional.of(Reply.json(200, candidate(parts, FinishReason.STOP)));
    }

    @Override
    public Optional<String> toolCallPieces(String name, List<String> arguments) {
        return Optional.of(parts(calls(name, arguments)));
    }

    private static String calls(String name, List<String> arguments) {
        return IntStream.range(0, arguments.size())
                .mapToObj(i -> "{\"functionCall\":{\"id\":\"c%d\",\"name\":%s,\"args\":%s}}"
                        .formatted(i, json(name), arguments.get(i)))
                .collect(Collectors.joining(","));
    }

    @Override
    public Optional<List<String>> callIds() {
        return Optional.of(List.of("c0", "c1"));
    }

    @Override
    public Optional<Reply> reasoned(String reasoning, String text) {
        return Optional.of(
                Reply.json(200, candidate(thought(reasoning) + ",{\"text\":" + json(text) + "}", FinishReason.STOP)));
    }

    @Override
    public Optional<String> reasoningPiece(String text) {
        return Optional.of(parts(thought(text)));
    }

    private static String thought(String text) {
        return "{\"text\":" + json(text) + ",\"thought\":true}";
    }

    @Override
    public List<FinishReason> reasons() {
        return List.of(FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER);
    }

    @Override
    public Optional<Long> cachedTokens() {
        return Optional.of(CACHED);
    }

    @Override
    public Optional<Long> reasoningTokens() {
        return Optional.of(THOUGHT);
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public String piece(String text) {
        return parts("{\"text\":" + json(text) + "}");
    }

    private static String parts(String parts) {
        return event("{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]}}]}");
    }

    @Override
    public String end(FinishReason reason) {
        return event(candidate("{\"text\":\"\"}", reason));
    }

    private static String candidate(String part, FinishReason reason) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[%s]},\"finishReason\":%s,\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":%d,\"candidatesTokenCount\":%d,\"cachedContentTokenCount\":%d,\"thoughtsTokenCount\":%d}}"
                .formatted(
                        part,
                        json(
                                switch (reason) {
                                    case LENGTH -> "MAX_TOKENS";
                                    case CONTENT_FILTER -> "SAFETY";
                                    default -> "STOP";
                                }),
                        PROMPT_TOKENS,
                        COMPLETION_TOKENS - THOUGHT,
                        CACHED,
                        THOUGHT);
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of(event(error(500, words, "")));
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        int status = switch (kind) {
            case REJECTED, KEY_REFUSED -> 400;
            case MODEL_UNAVAILABLE -> 404;
            case RATE_LIMITED -> 429;
            case UNAVAILABLE -> 500;
            case OVERLOADED -> 503;
            case ACCOUNT_BLOCKED, TOO_LARGE, UNSUPPORTED, TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME ->
                0;
        };
        String details = kind == Kind.KEY_REFUSED
                ? "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\"}"
                : "";
        return status == 0 ? Optional.empty() : Optional.of(Reply.json(status, error(status, words, details)));
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(Reply.json(
                429,
                error(
                        429,
                        "quota",
                        "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" + wait.toSeconds()
                                + "s\"}")));
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(Reply.json(
                200,
                ids.stream()
                        .map(id -> "{\"name\":" + json("models/" + id) + "}")
                        .collect(Collectors.joining(",", "{\"models\":[", "]}"))));
    }

    @Override
    public String role(Role role) {
        return switch (role) {
            case SYSTEM -> "systemInstruction";
            case ASSISTANT -> "model";
            default -> "user";
        };
    }

    private static String error(int status, String words, String details) {
        return "{\"error\":{\"code\":%d,\"message\":%s,\"details\":[%s]}}".formatted(status, json(words), details);
    }

    private static String event(String data) {
        return "data: " + data + "\r\n\r\n";
    }
}
