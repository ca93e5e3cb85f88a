package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Client usage is summed, so each fact must count once.
class UsedOnceTest {

    @Test
    void client_usage_with_a_repeated_number_is_counted_once() throws Exception {
        try (var store = TestGateway.store();
                var one = new TestGateway(store, "a").connected();
                var other = new TestGateway(store, "b").connected()) {
            one.state.publish(List.of(used(one, 1)));
            assertEquals(1, ((Fact.ClientUsed) other.next()).tokens());
            List<String> first = TestGateway.firstEntry(store, "kw:{clients}:used");
            one.state.publish(List.of(used(one, 2)));
            assertEquals(2, ((Fact.ClientUsed) other.next()).tokens());

            // The store has a repeated entry, and two equal entries of an older gateway without numbers.
            add(store, first);
            String unnumbered = first.getLast().replaceAll("\"n\":\\d+,", "");
            List<String> older = List.of("v", "1", "g", "older", "f", unnumbered.replace("\"e\":1,", "\"e\":3,"));
            add(store, older);
            add(store, older);
            one.state.publish(List.of(used(one, 4)));

            var tokens = new ArrayList<Long>();
            while (!tokens.contains(4L)) {
                tokens.add(((Fact.ClientUsed) other.next()).tokens());
            }
            assertEquals(List.of(3L, 3L, 4L), tokens);

            try (var restarted = new TestGateway(store, "c")) {
                restarted.next(fact -> fact instanceof Fact.ClientUsed used && used.tokens() == 4);
                restarted.connected();
                restarted.state.publish(List.of(used(restarted, 5)));
                assertEquals(5, ((Fact.ClientUsed) other.next()).tokens(), "numbers of another gateway are others");
            }
        }
    }

    private static Fact used(TestGateway gateway, long tokens) {
        return new Fact.ClientUsed("ann", 1, tokens, gateway.clock.instant());
    }

    private static void add(StoreServer store, List<String> entry) {
        var command = new ArrayList<>(List.of("XADD", "kw:{clients}:used", "*"));
        command.addAll(entry);
        TestGateway.run(store, command.toArray(String[]::new));
    }
}
