package io.keywheel.adapters.http.server;

import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/// What the server must know about the paths of the APIs above it.
///
/// @param chats the paths of chats, each with the API as which its requests are counted
/// @param quiet whether successful requests to a path are left out of the log: probes, or files by the dozen
/// @param encoded whether a path ends in an id, of which percent-encoding is a part
/// @param errors who sends the errors of a path, whether or not there is anything at it
public record PathRules(
        Map<String, String> chats,
        Predicate<String> quiet,
        Predicate<String> encoded,
        Function<String, ErrorSender> errors) {

    public PathRules {
        chats = Map.copyOf(chats);
    }

    /// The API as which a request to `path` is counted.
    public String apiOf(String path) {
        return chats.getOrDefault(path, RequestContext.NO_CHAT);
    }
}
