package io.keywheel.adapters.http.server;

import io.keywheel.domain.chat.TokenUsage;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// One line for each request: ids, who asked for what, places of keys and numbers. What a client wrote cannot break
/// it.
final class RequestLog {

    private static final System.Logger LOG = System.getLogger("io.keywheel.requests");

    private static final int LONGEST_METHOD = 20;
    private static final int LONGEST_PATH = 200;

    private RequestLog() {}

    static void write(RequestContext requestContext) {
        RequestLine asked = requestContext.asked();
        LOG.log(
                Level.INFO,
                "id={0} peer={1} method={2} path={3} status={4} outcome={5} attempts=\"{6}\" ms={7} tokens={8}",
                requestContext.id(),
                asked.peer(),
                shown(asked.method(), LONGEST_METHOD),
                shown(asked.path(), LONGEST_PATH),
                String.valueOf(requestContext.status()),
                requestContext.outcome(),
                requestContext.attempts(),
                String.valueOf(requestContext.took().toMillis()),
                counted(requestContext.tokens()));
    }

    /// To the letter, but for what could part the fields of a line, end it, or speak to a terminal: `\x` and two hex
    /// digits stand for that, and `?` for what is no ASCII, which has been read as one and the same by then.
    private static String shown(String text, int longest) {
        if (text.isEmpty()) {
            return "-";
        }
        var shown = new StringBuilder();
        text.chars().limit(longest).forEach(c -> {
            if (c > ' ' && c < 0x7f && c != '"' && c != '\\') {
                shown.append((char) c);
            } else {
                shown.append(c < 0x80 ? "\\x%02x".formatted(c) : "?");
            }
        });
        return text.length() > longest ? shown + "…" : shown.toString();
    }

    private static String counted(@Nullable TokenUsage tokens) {
        return tokens == null
                ? "-"
                : tokens.promptTokens() + "+" + tokens.completionTokens() + "=" + tokens.totalTokens();
    }
}
