package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.domain.client.ClientLimit;
import java.util.Map;

/// Sets the client's limits, remainders and resets, as OpenAI's clients read them. Seconds are rounded up.
final class RateLimitHeaders {

    private record Names(HeaderName limit, HeaderName remaining, HeaderName reset) {

        static Names of(String what) {
            return new Names(
                    HeaderNames.create("X-RateLimit-Limit-" + what),
                    HeaderNames.create("X-RateLimit-Remaining-" + what),
                    HeaderNames.create("X-RateLimit-Reset-" + what));
        }
    }

    private static final Map<ClientLimit, Names> NAMES = Map.of(
            ClientLimit.REQUESTS_PER_MINUTE, Names.of("Requests"),
            ClientLimit.TOKENS_PER_MINUTE, Names.of("Tokens"));

    private RateLimitHeaders() {}

    static void set(ServerResponse response, RequestContext requestContext) {
        NAMES.forEach((limit, names) -> {
            var standing = requestContext.usage().limits().get(limit);
            if (standing != null) {
                long seconds = standing.reset().plusNanos(999_999_999).toSeconds();
                response.header(names.limit(), String.valueOf(standing.limit()));
                response.header(names.remaining(), String.valueOf(standing.remaining()));
                response.header(names.reset(), String.valueOf(seconds));
            }
        });
    }
}
