package io.keywheel.adapters.http;

import io.keywheel.domain.chat.TokenUsage;
import java.lang.System.Logger.Level;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One line for each request: ids, paths, places of keys and numbers. What a client wrote cannot break it.
final class RequestLog {

    private static final System.Logger LOG = System.getLogger("io.keywheel.requests");

    private static final int LONGEST_PATH = 200;

    /// Blanks and quotes, too: they part the fields of a line.
    private static final Pattern ODD = Pattern.compile("[^\\x21-\\x7e…]|\"");

    private RequestLog() {}

    static void write(Exchange exchange) {
        LOG.log(
                Level.INFO,
                "id={0} path={1} status={2} outcome={3} attempts=\"{4}\" ms={5} tokens={6}",
                exchange.id(),
                shown(exchange.path()),
                String.valueOf(exchange.status()),
                exchange.outcome(),
                exchange.attempts(),
                String.valueOf(exchange.millis()),
                counted(exchange.tokens()));
    }

    private static String shown(String path) {
        String begin = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path;
        return begin.isEmpty() ? "-" : ODD.matcher(begin).replaceAll("?");
    }

    private static String counted(@Nullable TokenUsage tokens) {
        return tokens == null
                ? "-"
                : tokens.promptTokens() + "+" + tokens.completionTokens() + "=" + tokens.totalTokens();
    }
}
