package io.keywheel.contract;

import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The format of an invented provider: a line says or thinks some words, wants a function called or says more of its
/// arguments, or ends the answer.
final class LineWire implements Wire {

    static final String TYPE = "text/lines";

    private static final String CALL_ID = "call-of-the-wire-";

    @Override
    public Reply answer(String text, FinishReason reason) {
        return lines(200, piece(text) + end(reason));
    }

    @Override
    public Optional<Reply> toolCalls(String name, List<String> arguments) {
        return toolCallPieces(name, arguments).map(pieces -> lines(200, pieces + end(FinishReason.TOOL_CALLS)));
    }

    @Override
    public Optional<String> toolCallPieces(String name, List<String> arguments) {
        return Optional.of(IntStream.range(0, arguments.size())
                .mapToObj(i -> "call " + CALL_ID + i + " " + name + " {\nmore "
                        + arguments.get(i).substring(1) + "\n")
                .collect(Collectors.joining()));
    }

    @Override
    public Optional<List<String>> callIds() {
        return Optional.of(List.of("call-of-the-wire-0", "call-of-the-wire-1"));
    }

    @Override
    public Optional<Reply> reasoned(String reasoning, String text) {
        return reasoningPiece(reasoning).map(piece -> lines(200, piece + piece(text) + end(FinishReason.STOP)));
    }

    @Override
    public Optional<String> reasoningPiece(String text) {
        return Optional.of("think " + text + "\n");
    }

    @Override
    public List<FinishReason> reasons() {
        return List.of(FinishReason.STOP, FinishReason.LENGTH, FinishReason.CONTENT_FILTER);
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
        return TYPE;
    }

    @Override
    public String piece(String text) {
        return "say " + text.replace("\\", "\\\\").replace("\n", "\\n") + "\n";
    }

    @Override
    public String end(FinishReason reason) {
        return "end " + reason + " " + PROMPT_TOKENS + " " + COMPLETION_TOKENS + " 3 2\n";
    }

    @Override
    public Optional<String> breakdown(String words) {
        return Optional.of("broke " + words + "\n");
    }

    @Override
    public Optional<Reply> failure(Kind kind, String words) {
        int status = status(kind);
        return status == 0 ? Optional.empty() : Optional.of(lines(status, words));
    }

    @Override
    public Optional<Reply> limit(Duration wait) {
        return Optional.of(new Reply(429, TYPE, "enough", List.of("Retry-After: " + wait.toSeconds())));
    }

    @Override
    public Optional<Reply> models(List<String> ids) {
        return Optional.of(lines(200, String.join("\n", ids)));
    }

    @Override
    public Reply laidOut(Reply said) {
        return new Reply(said.status(), said.type(), "\n" + said.body(), said.headers());
    }

    static int status(Kind kind) {
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

    private static Reply lines(int status, String text) {
        return new Reply(status, TYPE, text, List.of());
    }
}
