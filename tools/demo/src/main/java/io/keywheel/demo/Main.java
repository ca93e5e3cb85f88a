package io.keywheel.demo;

import io.keywheel.adapters.http.HttpGateway;
import io.keywheel.bootstrap.command.ExitStatus;
import io.keywheel.bootstrap.command.Output;
import io.keywheel.bootstrap.command.StopSignal;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.log.LogSettings;
import io.keywheel.bootstrap.log.Logging;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Simulator;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// `./keywheel demo`: shows the gateway at work on simulated providers, without keys and internet.
public final class Main {

    private Main() {}

    /// Exits with 0, with 1 when the tour broke off, with 2 when it cannot begin.
    public static void main(String[] arguments) {
        Logging.toStandardError(LogSettings.DEFAULT);
        System.exit(run(List.of(arguments), System.getenv(), new Output(System.out, System.err)));
    }

    /// Gives the tour, and without `--once` stays up until it is stopped.
    static int run(List<String> arguments, Map<String, String> environment, Output output) {
        if (!arguments.isEmpty() && !arguments.equals(List.of("--once"))) {
            output.printError("demo takes --once or nothing, not '" + String.join(" ", arguments) + "'");
            return ExitStatus.NOT_STARTED;
        }
        try (var simulator = DemoPool.simulator();
                var gateway = start(simulator, environment, output)) {
            output.print("Keywheel listening on " + gateway.address() + ", in front of simulated providers: three keys"
                    + " at Groq, two at Cerebras");
            output.print(
                    "It reads only KEYWHEEL_PORT, KEYWHEEL_MODELS and KEYWHEEL_JAVA_OPTIONS: neither .env nor your keys.");
            output.print("First a tour of 15 chats"
                    + (arguments.isEmpty() ? "; chats of yours would share its keys." : "."));
            StopSignal stop = arguments.isEmpty() ? StopSignal.listen(gateway::activeChats) : null;
            Logging.toStandardError(new LogSettings(LogSettings.Style.TEXT, LogSettings.Detail.WARN));
            new Tour(output, gateway, simulator, () -> stop != null && stop.isRequested()).give();
            if (stop == null) {
                output.print("");
                output.print("That was the tour. Put your own keys into .env, as .env.example shows, and '"
                        + ValidationMessages.PROGRAM + " serve'.");
            } else if (!stop.isRequested()) {
                Logging.toStandardError(LogSettings.DEFAULT);
                output.print(DemoHints.to(
                        gateway.address(), simulator.baseUrl(Provider.GROQ).resolve("/")));
                stop.await(() -> {});
            }
            return output.checked(ExitStatus.OK);
        } catch (UncheckedIOException e) {
            output.printError(e);
            return ExitStatus.FAILED;
        } catch (HttpGateway.CannotListenException | IllegalArgumentException e) {
            output.printError(e);
            return ExitStatus.NOT_STARTED;
        }
    }

    /// On the configured port, else on the default one, or on any free one if that is in use.
    private static RunningGateway start(Simulator simulator, Map<String, String> environment, Output output) {
        String port = environment.getOrDefault("KEYWHEEL_PORT", "");
        String models = environment.getOrDefault("KEYWHEEL_MODELS", "");
        try {
            return DemoPool.start(simulator, port.isBlank() ? "8080" : port, models);
        } catch (HttpGateway.CannotListenException e) {
            if (!port.isBlank()) {
                throw e;
            }
            output.print("Port 8080 is taken, so the demo takes another one; KEYWHEEL_PORT would choose it.");
            return DemoPool.start(simulator, "0", models);
        }
    }
}
