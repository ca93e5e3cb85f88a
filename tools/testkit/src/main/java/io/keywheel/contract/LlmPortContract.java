package io.keywheel.contract;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.application.port.out.LlmProvider;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// The contract of all adapters, tested over real sockets with a scripted server.
///
/// Extend it, implement [#provider] and [#wire], and run it as a JUnit test. Checks of features that the [Wire]
/// lacks are skipped. Checks mostly wait, and run concurrently if JUnit's
/// `junit.jupiter.execution.parallel.enabled` is set.
@Timeout(120) // The builds of adapters elsewhere lack the default timeout of Keywheel's own.
@Execution(CONCURRENT)
public abstract class LlmPortContract
        implements Requests,
                Answers,
                Streams,
                Sinks,
                BrokenStreams,
                Refusals,
                BrokenAnswers,
                Interrupts,
                Deadlines,
                Connections,
                Secrets,
                FeatureSupport {

    static {
        // As in the gateway. Otherwise, Java's client sends no password to a proxy.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    @Override
    public abstract LlmProvider provider();

    @Override
    public abstract Wire wire();

    @Override
    public Map<String, String> options() {
        return Map.of();
    }
}
