package io.keywheel.adapters.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;

/// Registers what is done at a path, and what is answered to any other method there: Helidon would
/// call the path unknown.
final class Routes {

    private final HttpRules rules;
    private final Errors errors;

    Routes(HttpRules rules, Errors errors) {
        this.rules = rules;
        this.errors = errors;
    }

    Routes get(String path, Handler handler) {
        Handler guarded = errors.guard(handler);
        rules.get(path, guarded).head(path, guarded).any(path, onlyBy("GET, HEAD"));
        return this;
    }

    Routes post(String path, Handler handler) {
        rules.post(path, errors.guard(handler)).any(path, onlyBy("POST"));
        return this;
    }

    /// Answers every path that is not registered.
    static void end(HttpRules rules, Doors doors) {
        Handler nothing = (request, _) -> {
            throw new RefusedException(
                    Fault.NOT_FOUND,
                    "there is nothing at this path"
                            + hintFor(Exchange.of(request).asked().path()));
        };
        Handler own = doors.own().guard(nothing);
        Handler openAi = doors.openAi().guard(nothing);
        rules.any((request, response) -> {
            boolean atOpenAi = Doors.isOpenAi(Exchange.of(request).asked().path());
            (atOpenAi ? openAi : own).handle(request, response);
        });
    }

    /// What a client asks for whose base URL lacks its end.
    private static String hintFor(String path) {
        return path.equals("/chat/completions") || path.equals("/models") ? "; did you mean /v1" + path + "?" : "";
    }

    private Handler onlyBy(String methods) {
        return errors.guard((_, response) -> {
            response.header(HeaderNames.ALLOW, methods);
            throw new RefusedException(Fault.METHOD_NOT_ALLOWED, "this path is for " + methods + " only");
        });
    }
}
