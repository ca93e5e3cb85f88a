package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import java.util.Collection;

/// Registers the handler of a path, and a 405 for any other method there: Helidon would answer 404.
///
/// @param errorSender answers each failure of a handler
/// @param paths receives the registered paths without parameters, as suggestions for unknown ones
public record Endpoints(HttpRules rules, ErrorSender errorSender, Collection<String> paths) {

    public Endpoints get(String path, Handler handler) {
        Handler guarded = errorSender.guard((request, response) -> {
            if (request.content().hasEntity()) {
                // The body stays unread, so the connection ends after the response.
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
            handler.handle(request, response);
        });
        if (!path.endsWith("}")) {
            paths.add(path);
        }
        rules.get(path, guarded).head(path, guarded).any(path, methodNotAllowed("GET, HEAD"));
        return this;
    }

    public Endpoints post(String path, Handler handler) {
        paths.add(path);
        rules.post(path, errorSender.guard(handler)).any(path, methodNotAllowed("POST"));
        return this;
    }

    private Handler methodNotAllowed(String methods) {
        return errorSender.guard((_, response) -> {
            response.header(HeaderNames.ALLOW, methods);
            throw new RefusedException(HttpError.METHOD_NOT_ALLOWED, "this path is for " + methods + " only");
        });
    }
}
