package io.keywheel.contract;

import io.keywheel.application.port.out.LlmProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// The adapter that has done something wrong. Its name keeps it out of the suite: [ConvictsTest] tries it.
@ExtendWith(Accused.Charge.class)
final class Accused extends LlmPortContract {

    private final Fault fault;

    Accused(Fault fault) {
        this.fault = fault;
    }

    @Override
    public LlmProvider provider() {
        return new LineProvider(new Crime(fault));
    }

    @Override
    public Wire wire() {
        return new LineWire();
    }

    /// Hands over what the run is told.
    static final class Charge implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Fault.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return Fault.valueOf(context.getConfigurationParameter("fault").orElseThrow());
        }
    }
}
