package io.keywheel.bootstrap.settings;

import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.domain.failover.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything an operator can decide.
///
/// @param providers in rotation order; none where no provider has a key
/// @param log how the program writes its log; one that Keywheel is embedded in writes it its own way
/// @param drainTimeout how long running requests may go on after a stop was asked for
public record Settings(
        List<ProviderSetup> providers, DoorSettings door, Limits limits, LogSettings log, Duration drainTimeout) {

    public Settings {
        providers = List.copyOf(providers);
    }

    /// Reads the variables of `environment` and, for names it does not hold, those of the file `dotenv`.
    ///
    /// @param dotenv need not exist
    /// @param folder where jars with more adapters are unless a variable says otherwise; need not exist
    public static SettingsReport read(
            Map<String, String> environment, Path dotenv, Adapters installed, Optional<Path> folder) {
        var findings = new Findings();
        return read(environment, DotenvFile.read(dotenv, findings), installed, folder, findings);
    }

    /// Reads the variables of `environment` alone.
    public static SettingsReport read(Map<String, String> environment, Adapters installed) {
        return read(environment, Map.of(), installed, Optional.empty(), new Findings());
    }

    private static SettingsReport read(
            Map<String, String> environment,
            Map<String, String> dotenv,
            Adapters installed,
            Optional<Path> folder,
            Findings findings) {
        var variables = new Variables(environment, dotenv, findings);
        return SettingsReader.of(variables, installed, folder, findings).read();
    }
}
