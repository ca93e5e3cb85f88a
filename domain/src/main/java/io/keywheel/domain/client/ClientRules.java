package io.keywheel.domain.client;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rules of all clients.
///
/// @param named by client name
/// @param others the rule of all other clients
public record ClientRules(Map<String, ClientRule> named, ClientRule others) {

    /// The name of all clients if no access token is needed.
    public static final String ANONYMOUS = "anonymous";

    public static final ClientRules NONE = new ClientRules(Map.of(), ClientRule.UNLIMITED);

    public ClientRules {
        named = Map.copyOf(named);
    }

    /// @param client null if no access token is needed
    public static String nameOf(@Nullable String client) {
        return Objects.requireNonNullElse(client, ANONYMOUS);
    }

    public ClientRule of(String client) {
        return named.getOrDefault(client, others);
    }
}
