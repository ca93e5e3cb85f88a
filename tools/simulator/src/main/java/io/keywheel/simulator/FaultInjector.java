package io.keywheel.simulator;

import java.util.List;
import java.util.function.UnaryOperator;

/// Makes one answer go wrong.
record FaultInjector(RequestHandler handler, ProviderRequest asked) {

    List<Step> none() {
        return with(UnaryOperator.identity());
    }

    List<Step> of(Fault fault) {
        return switch (fault) {
            case KnownError error -> new KnownErrors(handler, asked).reply(error);
            case Fault.RateLimited(var wait) -> new KnownErrors(handler, asked).rateLimited(wait);
            case Fault.Replied(var status, var type, var headers, var body) -> Reply.text(status, type, headers, body);
            case Fault.Hang(var moment) -> Edit.stop(none(), moment, Step.Stop.HANG);
            case Fault.Cut(var moment) -> Edit.stop(none(), moment, Step.Stop.CUT);
            case Fault.Late(var delay) -> Edit.late(none(), delay);
            case Fault.Slow(var interval) -> Edit.slow(none(), interval);
            case Fault.Held(var released) -> Edit.hold(none(), new Step.Hold(released));
            case Fault.Drip(var interval) -> Edit.drip(none(), interval);
            case Fault.StreamError(var tokens) -> new Malformed(handler, asked).streamError(none(), tokens);
            case ProtocolAnomaly anomaly -> new Malformed(handler, asked).reply(anomaly, this);
            case AbsurdValue absurd -> new AbsurdValues(handler, asked).reply(absurd, none());
        };
    }

    /// @param change what becomes of the answer before it is written
    List<Step> with(UnaryOperator<Answer> change) {
        return asked.isChat() ? handler.chat(asked, change) : handler.models(asked);
    }
}
