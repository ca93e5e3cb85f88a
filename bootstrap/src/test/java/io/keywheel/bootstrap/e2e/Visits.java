package io.keywheel.bootstrap.e2e;

import io.keywheel.simulator.Provider;
import io.keywheel.simulator.Received;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/// What clients got, and what the providers were asked for it.
///
/// @param calls upstream, in the order in which they came
record Visits(List<HttpResponse<String>> answers, List<Received> calls) {

    List<HttpResponse<String>> refused() {
        return answers.stream().filter(response -> response.statusCode() != 200).toList();
    }

    /// The calls that brought no answer, as a share of all.
    double wastedShare() {
        return (double) calls.stream().filter(call -> !answered(call)).count() / calls.size();
    }

    /// From the first call to the last.
    Duration span() {
        return Duration.between(calls.getFirst().at(), calls.getLast().at());
    }

    int served() {
        return answers.size() - refused().size();
    }

    List<Received> to(Provider provider) {
        return calls.stream().filter(call -> call.provider() == provider).toList();
    }

    static boolean answered(Received call) {
        return call.outcome().status() == 200;
    }

    @Override
    public String toString() {
        return "%d of %d clients served with %d calls, %.1f %% of them wasted, within %s"
                .formatted(served(), answers.size(), calls.size(), 100 * wastedShare(), span());
    }
}
