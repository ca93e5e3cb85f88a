package io.keywheel.domain.client;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What each client may do.
///
/// @param named by the client's name
/// @param others for the clients without a rule of their own
public record ClientRules(Map<String, ClientRule> named, ClientRule others) {

    /// The name of all clients where no token is needed.
    public static final String ANONYMOUS = "anonymous";

    public static final ClientRules NONE = new ClientRules(Map.of(), ClientRule.UNLIMITED);

    public ClientRules {
        named = Map.copyOf(named);
    }

    /// @param client null where no token is needed
    public static String nameOf(@Nullable String client) {
        return Objects.requireNonNullElse(client, ANONYMOUS);
    }

    public ClientRule of(String client) {
        return named.getOrDefault(client, others);
    }
}
