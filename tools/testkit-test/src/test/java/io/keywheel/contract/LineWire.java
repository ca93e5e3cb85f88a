package io.keywheel.contract;

import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What [LineFormat] reads.
record LineWire(Mutant mutant, List<FinishReason> reasons) implements Wire {

    @Override
    public Reply answer(String text, FinishReason reason) {
        return whole(say(text), ending(reason));
    }

    @Override
    public Optional<Reply> answerInParts(List<String> texts) {
        String parts = texts.stream().map(Wire::json).collect(Collectors.joining(",", "\"say\":[", "]"));
        return Optional.of(whole(parts, ending(FinishReason.STOP)));
    }

    private static String say(String text) {
        return "\"say\":" + Wire.json(text);
    }

    private static String ending(FinishReason reason) {
        return "\"end\":\"" + reason + "\",\"usage\":[" + PROMPT_TOKENS + "," + COMPLETION_TOKENS + ",3,2]";
    }

    private static Reply whole(String... fields) {
        return Reply.json(200, "{" + String.join(",", fields) + "}");
    }

    private static String line(String field) {
        return "{" + field + "}\n";
    }

    @Override
    public Optional<Reply> toolCalls(String name, List<String> arguments) {
        String calls = IntStream.range(0, arguments.size())
                .mapToObj(i -> call(i, id(i), Wire.json(name), arguments.get(i)))
                .collect(Collectors.joining(","));
        return Optional.of(whole("\"calls\":[" + calls + "]", ending(FinishReason.TOOL_CALLS)));
    }

    @Override
    public Optional<Reply> textAndToolCall(String text, String name, String arguments) {
        String call = "\"calls\":[" + call(0, id(0), Wire.json(name), arguments) + "]";
        return Optional.of(whole(say(text), call, ending(FinishReason.TOOL_CALLS)));
    }

    @Override
    public Optional<String> toolCallPieces(String name, List<String> arguments) {
        return Optional.of(IntStream.range(0, arguments.size())
                .mapToObj(i -> line("\"calls\":[" + call(i, id(i), Wire.json(name), "{") + "]")
                        + line("\"calls\":["
                                + call(i, "null", "null", arguments.get(i).substring(1)) + "]"))
                .collect(Collectors.joining()));
    }

    private static String id(int index) {
        return "\"wire-call-" + index + "\"";
    }

    private static String call(int index, String id, String name, String arguments) {
        return "{\"index\":%d,\"id\":%s,\"name\":%s,\"arguments\":%s}".formatted(index, id, name, Wire.json(arguments));
    }

    @Override
    public Optional<List<String>> callIds() {
        return Optional.of(List.of("wire-call-0", "wire-call-1"));
    }

    @Override
    public Optional<Reply> reasoned(String reasoning, String text) {
        return Optional.of(whole("\"think\":" + Wire.json(reasoning), say(text), ending(FinishReason.STOP)));
    }

    @Override
    public Optional<String> reasoningPiece(String text) {
        return Optional.of(line("\"think\":" + Wire.json(text)));
    }

    @Override
    public Optional<Long> cachedTokens() {
        return Optional.of(3L);
    }

    @Override
    public Optional<Long> reasoningTokens() {
        return Optional.of(2L);
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public String begin() {
        return line("\"begin\":true");
    }

    @Override
    public String piece(String text) {
        return line(say(text));
    }

    @Override
    public String end(FinishReason reason) {
        return line(ending(reason));
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of(line(error(words)));
    }

    private static String error(String words) {
        return "\"error\":{\"message\":" + Wire.json(words) + "}";
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        int status = status(kind);
        return status == 0 ? Optional.empty() : Optional.of(Reply.json(status, "{" + error(words) + "}"));
    }

    private static int status(Kind kind) {
        return switch (kind) {
            case REJECTED -> 400;
            case KEY_REFUSED -> 401;
            case ACCOUNT_BLOCKED -> 402;
            case MODEL_UNAVAILABLE -> 404;
            case TOO_LARGE -> 413;
            case UNSUPPORTED -> 422;
            case RATE_LIMITED -> 429;
            case UNAVAILABLE -> 500;
            case OVERLOADED -> 503;
            case TIMED_OUT, EMPTY_REPLY, INTERRUPTED, CANCELLED, OUT_OF_TIME -> 0;
        };
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(Reply.json(429, "{" + error("enough") + "}", "Retry-After: " + wait.toSeconds()));
    }

    @Override
    public List<String> nothingLeft(Duration reset) {
        return List.of("X-Requests-Left: 0", "X-Requests-Reset: " + reset.toSeconds());
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(whole(ids.stream()
                .map(id -> "{\"id\":" + Wire.json(id) + "}")
                .collect(Collectors.joining(",", "\"models\":[", "]"))));
    }

    @Override
    public String laidOut(String stream) {
        return mutant.refusesLayouts() ? "it is no line\n" : Wire.super.laidOut(stream);
    }

    /// For an adapter that cannot read another layout, the answer is a refusal.
    @Override
    public Reply laidOut(Reply said) {
        return mutant.refusesLayouts() ? Reply.json(418, said.body()) : Wire.super.laidOut(said);
    }
}
