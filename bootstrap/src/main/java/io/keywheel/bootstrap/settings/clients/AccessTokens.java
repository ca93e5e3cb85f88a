package io.keywheel.bootstrap.settings.clients;

import io.keywheel.bootstrap.settings.values.Sha256;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The access tokens of the clients. [#toString] contains no hash.
///
/// @param clients the SHA-256 of each token, as 64 hex digits, and the name of its client
public record AccessTokens(Map<String, String> clients) {

    public AccessTokens {
        clients = Collections.unmodifiableMap(new LinkedHashMap<>(clients));
    }

    /// Whether `name` is valid as a client's name.
    public static boolean isClient(String name) {
        return AccessTokensReader.CLIENT.matcher(name).matches();
    }

    /// The entry of the settings for a client's token, with its hash.
    public static String hashed(String client, String token) {
        return client + "=" + AccessTokensReader.HASH + Sha256.hex(token);
    }

    /// How many tokens each client has, by name.
    public SortedMap<String, Long> counts() {
        return clients.values().stream()
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    public boolean isEmpty() {
        return clients.isEmpty();
    }

    public int size() {
        return clients.size();
    }

    /// The number of tokens that are not in `others`.
    public int notIn(AccessTokens others) {
        return (int) clients.keySet().stream()
                .filter(hash -> !others.clients.containsKey(hash))
                .count();
    }

    @Override
    public String toString() {
        return "AccessTokens[" + clients.size() + "]";
    }
}
