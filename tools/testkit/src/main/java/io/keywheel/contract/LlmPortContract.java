package io.keywheel.contract;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.keywheel.application.port.out.LlmProvider;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;

/// What every adapter must do, tried over real sockets with a provider that may do anything.
///
/// Extend it, say which adapter it is and how its provider says things, and run it as any JUnit test. A check
/// of what the provider has no words for, by [Wire], is skipped. Checks mostly wait, and run beside each other where
/// JUnit's `junit.jupiter.execution.parallel.enabled` is set.
@Timeout(120)
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

    @Override
    public abstract LlmProvider provider();

    @Override
    public abstract Wire wire();

    @Override
    public Map<String, String> options() {
        return Map.of();
    }
}
