package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.function.UnaryOperator;

/// Registers what is done at a path, and what is answered to any other method there: Helidon would
/// call the path unknown.
///
/// @param guard answers each failure of a handler
public record Routes(HttpRules rules, UnaryOperator<Handler> guard) {

    public Routes(HttpRules rules, ErrorSender errorSender) {
        this(rules, errorSender::guard);
    }

    public Routes get(String path, Handler handler) {
        Handler guarded = guard.apply(handler);
        rules.get(path, guarded).head(path, guarded).any(path, onlyBy("GET, HEAD"));
        return this;
    }

    public Routes post(String path, Handler handler) {
        rules.post(path, guard.apply(handler)).any(path, onlyBy("POST"));
        return this;
    }

    private Handler onlyBy(String methods) {
        return guard.apply((_, response) -> {
            response.header(HeaderNames.ALLOW, methods);
            throw new RefusedException(HttpError.METHOD_NOT_ALLOWED, "this path is for " + methods + " only");
        });
    }
}
