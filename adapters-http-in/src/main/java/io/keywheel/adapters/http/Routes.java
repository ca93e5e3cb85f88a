package io.keywheel.adapters.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;

/// What several routes have in common.
final class Routes {

    private Routes() {}

    /// Answers every other method. Helidon would call the path unknown.
    static Handler onlyBy(String method) {
        return (_, response) -> {
            response.header(HeaderNames.ALLOW, method);
            throw new RefusedException(Fault.METHOD_NOT_ALLOWED, "this path is for " + method + " only");
        };
    }
}
