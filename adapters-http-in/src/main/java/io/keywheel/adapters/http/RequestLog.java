package io.keywheel.adapters.http;

import io.keywheel.domain.chat.TokenUsage;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// One line for each chat request. Nothing in it is the client's own words: ids, paths, places of keys and numbers
/// only.
final class RequestLog {

    private static final System.Logger LOG = System.getLogger("io.keywheel.requests");

    private RequestLog() {}

    static void write(Exchange exchange) {
        LOG.log(
                Level.INFO,
                "id={0} path={1} status={2} outcome={3} attempts=\"{4}\" ms={5} tokens={6}",
                exchange.id(),
                exchange.path(),
                String.valueOf(exchange.status()),
                exchange.outcome(),
                exchange.attempts(),
                String.valueOf(exchange.millis()),
                counted(exchange.tokens()));
    }

    private static String counted(@Nullable TokenUsage tokens) {
        return tokens == null
                ? "-"
                : tokens.promptTokens() + "+" + tokens.completionTokens() + "=" + tokens.totalTokens();
    }
}
