package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.state.RedisSharedState;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import io.keywheel.bootstrap.sharing.StoreUrl;
import java.util.Optional;

/// Reads where gateways share what they know.
record SharedStateReader(Variables variables, ValidationMessages messages) {

    private static final String STORE = "KEYWHEEL_SHARED_STATE";
    private static final String SALT = "KEYWHEEL_SHARED_STATE_SALT";

    Optional<RedisSharedState.Settings> read() {
        Optional<String> url = variables.text(STORE);
        String salt = variables.text(SALT).orElse("keywheel");
        // By their hashes: both are secrets.
        variables.requireRestartFor(STORE, url.map(Sha256::hex));
        variables.requireRestartFor(SALT, Sha256.hex(salt));
        try {
            return url.map(StoreUrl::read).map(address -> new RedisSharedState.Settings(address, salt));
        } catch (IllegalArgumentException e) {
            messages.problem(STORE + " " + e.getMessage());
            return Optional.empty();
        }
    }
}
