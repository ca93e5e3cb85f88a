package io.keywheel.bootstrap;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.bootstrap.command.Check;
import io.keywheel.bootstrap.command.ExitStatus;
import io.keywheel.bootstrap.command.NewToken;
import io.keywheel.bootstrap.command.Output;
import io.keywheel.bootstrap.command.Serve;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.bootstrap.log.Logging;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.clients.EnvironmentChecks;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// The gateway's main class. `./keywheel` starts it and documents its commands.
public final class Main {

    private static final Map<String, String> ARGUMENTS = Map.of(
            "serve",
            "its settings from variables such as KEYWHEEL_PORT",
            "check",
            "--live or no argument",
            "token",
            "one name");

    private static final System.Logger LOG = System.getLogger("io.keywheel.serve");

    private static final Path DOTENV = Path.of(".env");

    private Main() {}

    /// Exits with an [ExitStatus]: 0, 1 for a failure while running, or 2 if the command could not start.
    public static void main(String[] arguments) {
        // Formatted numbers have ASCII digits in the log and in the output.
        Locale.setDefault(Locale.ROOT);
        // Read at the first use of TLS. A TLS 1.2 client could hold the lock of a connection during a renegotiation.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        // Read at the first use of Java's HTTP client, which by default sends no Basic password for a CONNECT tunnel.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        keepResolvedNames();
        Logging.toStandardError(LogSettings.DEFAULT);
        try {
            System.exit(run(List.of(arguments), System.getenv(), new Output(System.out, System.err)));
        } catch (Throwable e) {
            // Other threads would keep Java running, and an exit would need a new one, which the system may refuse.
            try {
                LOG.log(Level.ERROR, "Keywheel ends: " + e, e);
                Logging.flush();
            } finally {
                Runtime.getRuntime().halt(ExitStatus.FAILED);
            }
        }
    }

    /// Java by default fails all lookups of a host name for ten seconds after a failed one, and so each probe
    /// of its provider. It also forgets an address that no name server confirms for half a minute; here for
    /// a day. It reads the properties at the first lookup.
    ///
    /// Here Java reads its first file. If the system permits too few open files, it throws an [InternalError].
    private static void keepResolvedNames() {
        try {
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
            Security.setProperty("networkaddress.cache.stale.ttl", "86400");
        } catch (InternalError e) {
            System.err.println("Keywheel cannot start: " + (e.getCause() == null ? e : e.getCause()).getMessage());
            System.exit(ExitStatus.NOT_STARTED);
        }
    }

    static int run(List<String> arguments, Map<String, String> environment, Output output) {
        if (arguments.size() == 2 && arguments.getFirst().equals("token")) {
            return output.checked(new NewToken(output).run(arguments.getLast()));
        }
        return switch (String.join(" ", arguments)) {
            case "serve" -> serve(environment, output);
            case "check" -> output.checked(check(output).run(settings(environment)));
            case "check --live" -> output.checked(check(output).runLive(settings(environment)));
            default -> {
                String command = arguments.isEmpty() ? "" : arguments.getFirst();
                String found = String.join(" ", arguments.subList(Math.min(1, arguments.size()), arguments.size()));
                String expected = ARGUMENTS.get(command);
                output.printError(
                        expected == null
                                ? "There is no command '" + command + "'; the commands are serve, check and token"
                                : command + " takes " + expected + (found.isEmpty() ? "" : ", not '" + found + "'"));
                yield ExitStatus.NOT_STARTED;
            }
        };
    }

    private static Check check(Output output) {
        Path file = DOTENV.toAbsolutePath();
        String absent = Files.notExists(file) ? ", which is not there" : "";
        output.print("settings of the environment and of " + file + absent);
        return new Check(output);
    }

    private static int serve(Map<String, String> environment, Output output) {
        System.setProperty(GatewayNameResolver.GATEWAY, "true");
        prepareMeanwhile();
        boolean existed = Files.exists(DOTENV);
        SettingsReport report = settings(environment);
        return new Serve(output)
                .run(
                        report,
                        () -> Settings.reread(environment, DOTENV, existed, report.adapters())
                                .with(EnvironmentChecks.here()));
    }

    /// Loads the parts of a start that need no settings, in parallel with reading the settings.
    private static void prepareMeanwhile() {
        var meanwhile = Thread.ofPlatform().daemon();
        meanwhile.name("prepare-tls").start(Main::readAuthorities);
        meanwhile.name("prepare-http").start(HttpGateway::prepare);
    }

    /// A failure is only logged here: adapters report it when they open.
    private static void readAuthorities() {
        try {
            SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            LOG.log(Level.DEBUG, "Java's certificate authorities cannot be read", e);
        }
    }

    private static SettingsReport settings(Map<String, String> environment) {
        // The launcher sets this property. Without a launcher, only KEYWHEEL_ADAPTERS names a folder.
        Optional<Path> folder =
                Optional.ofNullable(System.getProperty("keywheel.adapters")).map(Path::of);
        SettingsReport report =
                Settings.read(environment, DOTENV, Adapters.installed(), folder).with(EnvironmentChecks.here());
        report.settings().map(Settings::log).ifPresent(Logging::toStandardError);
        return report;
    }
}
