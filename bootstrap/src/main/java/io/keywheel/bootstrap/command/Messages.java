package io.keywheel.bootstrap.command;

import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import java.util.stream.Collectors;

/// Messages that several commands print.
public final class Messages {

    /// The program's name as the user typed it.
    public static final String PROGRAM = ValidationMessages.PROGRAM;

    static final String NO_KEYS =
            Settings.NO_KEYS + " (.env.example shows how), or try '" + PROGRAM + " demo', which needs none.";

    private Messages() {}

    static String tokens(long count) {
        return count == 0 ? "without access tokens" : "with " + count(count);
    }

    /// `1 access token`.
    static String count(long tokens) {
        return tokens + (tokens == 1 ? " access token" : " access tokens");
    }

    /// `groq (3 keys), cerebras (1 key)`.
    static String providers(Settings settings) {
        return settings.providers().stream().map(Messages::provider).collect(Collectors.joining(", "));
    }

    private static String provider(ProviderSetup provider) {
        int keys = provider.profile().keys().size();
        return "%s (%d %s)".formatted(provider.id(), keys, keys == 1 ? "key" : "keys");
    }
}
