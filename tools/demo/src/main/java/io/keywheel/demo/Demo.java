package io.keywheel.demo;

import io.keywheel.bootstrap.command.Console;
import io.keywheel.bootstrap.command.ExitStatus;
import io.keywheel.bootstrap.command.Messages;
import io.keywheel.bootstrap.command.StopSignal;
import io.keywheel.bootstrap.gateway.CannotListenException;
import io.keywheel.bootstrap.gateway.RunningGateway;
import io.keywheel.bootstrap.log.Logging;
import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Simulator;
import java.util.Map;

/// Shows the gateway at work on simulated providers: no keys, no internet.
final class Demo {

    private static final String PORT = "KEYWHEEL_PORT";
    private static final String MODELS = "KEYWHEEL_MODELS";

    private final Console console;

    Demo(Console console) {
        this.console = console;
    }

    /// Gives the tour, then stays up until it is stopped.
    int run(Map<String, String> environment) {
        return run(environment, true);
    }

    /// Gives the tour.
    int runOnce(Map<String, String> environment) {
        return run(environment, false);
    }

    private int run(Map<String, String> environment, boolean stay) {
        try (var simulator = DemoPool.simulator();
                var gateway = start(simulator, environment)) {
            console.say("Keywheel listening on " + gateway.address() + ", in front of simulated providers: three keys"
                    + " at Groq, two at Cerebras");
            console.say("It uses no settings but KEYWHEEL_PORT and KEYWHEEL_MODELS: neither .env nor your keys.");
            Logging.warningsOnly();
            new Tour(console, gateway, simulator).give();
            Logging.toStandardError();
            if (stay) {
                var stop = StopSignal.listen();
                console.say(DemoHints.to(
                        gateway.address(), simulator.baseUrl(Provider.GROQ).resolve("/")));
                stop.await();
            } else {
                console.say("That was the tour. Put your own keys into .env, as .env.example shows, and '"
                        + Messages.PROGRAM + " serve'.");
            }
            return ExitStatus.OK;
        } catch (CannotListenException e) {
            console.complain(e);
            return ExitStatus.FAILED;
        } catch (IllegalArgumentException e) {
            console.complain(e);
            return ExitStatus.NOT_STARTED;
        } catch (TourException e) {
            console.complain(e);
            return ExitStatus.FAILED;
        }
    }

    /// On the port that was asked for, else on the usual one, else, where that is taken, on any.
    private RunningGateway start(Simulator simulator, Map<String, String> environment) {
        String port = environment.getOrDefault(PORT, "");
        String models = environment.getOrDefault(MODELS, "");
        if (!port.isBlank()) {
            return RunningGateway.start(DemoPool.settings(simulator, port, models));
        }
        try {
            return RunningGateway.start(DemoPool.settings(simulator, "8080", models));
        } catch (CannotListenException _) {
            console.say("Port 8080 is taken, so the demo takes another one; KEYWHEEL_PORT would choose it.");
            return RunningGateway.start(DemoPool.settings(simulator, "0", models));
        }
    }
}
