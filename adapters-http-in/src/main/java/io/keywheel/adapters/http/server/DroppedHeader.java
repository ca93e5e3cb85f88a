package io.keywheel.adapters.http.server;

import static java.util.stream.Collectors.joining;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.util.Collection;
import java.util.regex.Pattern;

/// Names what of a request no provider gets, such as hosted tools.
public final class DroppedHeader {

    static final HeaderName NAME = HeaderNames.create("X-Keywheel-Dropped");

    private static final int MOST = 50;
    private static final int LONGEST = 64;

    /// What a client wrote must not end the header.
    private static final Pattern NO_WORD = Pattern.compile("[^A-Za-z0-9_.-]");

    private DroppedHeader() {}

    /// @param types of tools or items, as the client wrote them
    public static void set(ServerResponse response, Collection<String> types) {
        String names = types.stream()
                .limit(MOST)
                .map(type -> type.substring(0, Math.min(type.length(), LONGEST)))
                .map(type -> NO_WORD.matcher(type).replaceAll("_"))
                .collect(joining(", "));
        if (!names.isEmpty()) {
            response.header(NAME, names);
        }
    }
}
