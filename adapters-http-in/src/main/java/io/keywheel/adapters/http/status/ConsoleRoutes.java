package io.keywheel.adapters.http.status;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.server.Responses;
import io.keywheel.adapters.http.server.Routes;

/// `GET /console`: the page that people look at, and its files.
public final class ConsoleRoutes {

    /// Nothing of anybody else's, and nothing written into the page: an answer or a name that found its way there
    /// as markup could still run nothing and send nothing away. DOMPurify alone may read text as markup.
    private static final Header POLICY = HeaderValues.create(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types dompurify");

    private static final Header NO_REFERRER = HeaderValues.create("Referrer-Policy", "no-referrer");
    private static final Header ALONE = HeaderValues.create("Cross-Origin-Opener-Policy", "same-origin");

    /// Cached, and revalidated each time: after an update no browser mixes old files with new ones.
    private static final Header ASK_AGAIN = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache");

    private ConsoleRoutes() {}

    public static void register(Routes routes) {
        for (ConsoleAsset consoleAsset : ConsoleAsset.all()) {
            routes.get(consoleAsset.path(), (request, response) -> send(request, response, consoleAsset));
        }
    }

    private static void send(ServerRequest request, ServerResponse response, ConsoleAsset consoleAsset) {
        response.header(POLICY);
        response.header(NO_REFERRER);
        response.header(ALONE);
        response.header(ASK_AGAIN);
        response.header(HeaderNames.ETAG, consoleAsset.tag());
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(known -> known.contains(consoleAsset.tag()))
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, consoleAsset.type());
        Responses.send(request, response, Status.OK_200, consoleAsset.content());
    }
}
