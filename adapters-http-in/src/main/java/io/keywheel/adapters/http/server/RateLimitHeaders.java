package io.keywheel.adapters.http.server;

import io.helidon.webserver.http.ServerResponse;
import io.keywheel.domain.client.ClientLimit;
import java.util.Map;

/// Sets the client's limits, remainders and resets, as OpenAI's clients read them. Seconds are rounded up.
final class RateLimitHeaders {

    private static final Map<ClientLimit, String> NAMES =
            Map.of(ClientLimit.REQUESTS_PER_MINUTE, "Requests", ClientLimit.TOKENS_PER_MINUTE, "Tokens");

    private RateLimitHeaders() {}

    static void set(ServerResponse response, RequestContext requestContext) {
        NAMES.forEach((limit, name) -> {
            var state = requestContext.usage().limits().get(limit);
            if (state != null) {
                long seconds = state.reset().plusNanos(999_999_999).toSeconds();
                response.header("X-RateLimit-Limit-" + name, String.valueOf(state.limit()));
                response.header("X-RateLimit-Remaining-" + name, String.valueOf(state.remaining()));
                response.header("X-RateLimit-Reset-" + name, String.valueOf(seconds));
            }
        });
    }
}
