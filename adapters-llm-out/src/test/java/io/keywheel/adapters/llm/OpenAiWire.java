package io.keywheel.adapters.llm;

import static io.keywheel.contract.Wire.json;

import io.keywheel.contract.Wire;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The wire format of OpenAI and Groq, and of Cerebras, whose errors are flat.
record OpenAiWire(boolean flatErrors) implements Wire {

    private static final long CACHED = 3;
    private static final long THOUGHT = 2;
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":%d},\"completion_tokens_details\":{\"reasoning_tokens\":%d}}"
                    .formatted(PROMPT_TOKENS, COMPLETION_TOKENS, CACHED, THOUGHT);

    @Override
    public Reply answer(String text, FinishReason reason) {
        return message("\"content\":" + json(text), reason.label());
    }

    @Override
    public Optional<Reply> toolCalls(String name, List<String> arguments) {
        return Optional.of(message("\"content\":null," + calls(name, arguments), "tool_calls"));
    }

    @Override
    public Optional<Reply> textAndToolCall(String text, String name, String arguments) {
        return Optional.of(message("\"content\":" + json(text) + "," + calls(name, List.of(arguments)), "tool_calls"));
    }

    @Override
    public Optional<List<String>> callIds() {
        return Optional.of(List.of("c1", "c2"));
    }

    @Override
    public Optional<Reply> reasoned(String reasoning, String text) {
        return Optional.of(message("\"reasoning\":" + json(reasoning) + ",\"content\":" + json(text), "stop"));
    }

    @Override
    public Optional<String> reasoningPiece(String text) {
        return Optional.of(delta("\"reasoning\":" + json(text)));
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

    private static String calls(String name, List<String> arguments) {
        return IntStream.range(0, arguments.size())
                .mapToObj(i ->
                        "{\"index\":%d,\"id\":\"c%d\",\"type\":\"function\",\"function\":{\"name\":%s,\"arguments\":%s}}"
                                .formatted(i, i + 1, json(name), json(arguments.get(i))))
                .collect(Collectors.joining(",", "\"tool_calls\":[", "]"));
    }

    private static Reply message(String fields, String reason) {
        return Reply.json(
                200,
                "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",%s},\"finish_reason\":%s}],%s}"
                        .formatted(fields, json(reason), USAGE));
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public String piece(String text) {
        return delta("\"content\":" + json(text));
    }

    private static String delta(String fields) {
        return event("{\"choices\":[{\"index\":0,\"delta\":{" + fields + "},\"finish_reason\":null}]}");
    }

    @Override
    public Optional<String> toolCallPieces(String name, List<String> arguments) {
        var begun = delta(calls(name, arguments.stream().map(_ -> "{").toList()));
        return Optional.of(IntStream.range(0, arguments.size())
                .mapToObj(i -> delta("\"tool_calls\":[{\"index\":%d,\"function\":{\"arguments\":%s}}]"
                        .formatted(i, json(arguments.get(i).substring(1)))))
                .collect(Collectors.joining("", begun, "")));
    }

    @Override
    public String end(FinishReason reason) {
        return event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":%s}],%s}"
                        .formatted(json(reason.label()), USAGE))
                + event("[DONE]");
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of("event: error\n" + event(error(words, "server_error", null)));
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        return switch (kind) {
            case RATE_LIMITED -> refusal(429, words, "rate_limit_exceeded");
            case OVERLOADED -> refusal(503, words, null);
            case KEY_REFUSED -> refusal(401, words, "invalid_api_key");
            case ACCOUNT_BLOCKED -> refusal(402, words, null);
            case MODEL_UNAVAILABLE -> refusal(404, words, "model_not_found");
            case UNAVAILABLE -> refusal(500, words, null);
            case TOO_LARGE -> refusal(413, words, null);
            case UNSUPPORTED -> refusal(400, "property 'x' is unsupported: " + words, null);
            case REJECTED -> refusal(400, words, null);
            case TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> Optional.empty();
        };
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(Reply.json(429, error("Enough", "tokens", null), "Retry-After: " + wait.toSeconds()));
    }

    @Override
    public List<String> nothingLeft(Duration reset) {
        return List.of(
                "x-ratelimit-limit-requests: 100",
                "x-ratelimit-remaining-requests: 0",
                "x-ratelimit-reset-requests: " + reset.toSeconds() + "s");
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(Reply.json(
                200,
                ids.stream()
                        .map(id -> "{\"id\":" + json(id) + "}")
                        .collect(Collectors.joining(",", "{\"data\":[", "]}"))));
    }

    private String error(String words, String type, @Nullable String code) {
        String error = "{\"message\":%s,\"type\":%s,\"param\":null,\"code\":%s}"
                .formatted(json(words), json(type), code == null ? "null" : json(code));
        return flatErrors ? error : "{\"error\":" + error + "}";
    }

    private Optional<Reply> refusal(int status, String words, @Nullable String code) {
        return Optional.of(Reply.json(status, error(words, "some_error", code)));
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }
}
