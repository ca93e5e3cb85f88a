package io.keywheel.bootstrap.settings;

import io.keywheel.domain.failover.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Everything an operator can decide.
///
/// @param providers in rotation order; none where no provider has a key
/// @param drainTimeout how long running requests may go on after a stop was asked for
public record Settings(List<ProviderSetup> providers, DoorSettings door, Limits limits, Duration drainTimeout) {

    public Settings {
        providers = List.copyOf(providers);
    }

    /// Reads the variables of `environment` and, for names it does not hold, those of the file `dotenv`.
    ///
    /// @param dotenv need not exist
    public static SettingsReport read(Map<String, String> environment, Path dotenv, Adapters adapters) {
        var findings = new Findings();
        return read(environment, DotenvFile.read(dotenv, findings), adapters, findings);
    }

    /// Reads the variables of `environment` alone.
    public static SettingsReport read(Map<String, String> environment, Adapters adapters) {
        return read(environment, Map.of(), adapters, new Findings());
    }

    private static SettingsReport read(
            Map<String, String> environment, Map<String, String> dotenv, Adapters adapters, Findings findings) {
        return new SettingsReader(new Variables(environment, dotenv, findings), adapters, findings).read();
    }
}
