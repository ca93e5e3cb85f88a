package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.domain.client.Admission;
import io.keywheel.domain.client.ClientBudget;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.usage.UsageTotals;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Holds clients to their rules, in all forms and for all APIs: once, before any key is chosen. A client without a
/// rule costs a look into a map.
public final class ClientGate implements ClientsUseCase {

    private final ConcurrentHashMap<String, ClientBudget> budgets = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final UnaryOperator<Instant> wallTime;
    private final UsageService usage;
    private volatile ClientRules rules;

    /// @param usage of today, which counts for limits per day
    public ClientGate(ClientRules rules, RuntimeServices runtimeServices, UsageService usage) {
        this.rules = rules;
        this.clock = runtimeServices.clock();
        this.wallTime = runtimeServices.wallTime();
        this.usage = usage;
    }

    /// From now on there are these rules. What clients have used still counts.
    public synchronized void change(ClientRules changed) {
        rules = changed;
        budgets.keySet().removeIf(client -> changed.of(client).limits().isEmpty());
        budgets.forEach((client, budget) -> budget.change(changed.of(client)));
    }

    @Override
    public ClientRule rule(@Nullable String client) {
        return rules.of(ClientRules.nameOf(client));
    }

    /// @throws ClientRefusedException if the client may not name the model
    void mustAllow(ChatCommand command, ModelCatalogService models) {
        ClientRule rule = rule(command.client());
        if (!rule.models().isEmpty() && !rule.allows(models.names(command.selection()))) {
            throw ClientRefusedException.notAllowed(
                    ClientRules.nameOf(command.client()), command.selection().name());
        }
    }

    /// Lets a request in; it is to be closed when the request has ended, however.
    ///
    /// @param estimate of its tokens
    /// @throws ClientRefusedException if a limit does not let it in
    ClientTurn enter(ChatCommand command, long estimate) {
        if (rule(command.client()).limits().isEmpty()) {
            command.usageSink().admitted(Map.of());
            return new ClientTurn(command.usageSink());
        }
        String client = ClientRules.nameOf(command.client());
        Instant now = clock.instant();
        Instant wallNow = wallTime.apply(now);
        ClientBudget budget = budget(client, wallNow);
        return switch (budget.reserve(estimate, now, wallNow)) {
            case Admission.Admitted(var reservation) -> {
                command.usageSink().admitted(reservation.standings());
                yield new ClientTurn(command.usageSink(), (used, counts) -> {
                    Instant end = clock.instant();
                    if (counts) {
                        budget.settle(reservation, used, end, wallTime.apply(end));
                    } else {
                        budget.withdraw(reservation, end, wallTime.apply(end));
                    }
                });
            }
            case Admission.Limited limited -> {
                command.usageSink().refused(limited.standings());
                throw ClientRefusedException.of(client, limited, estimate);
            }
            case Admission.TooLarge tooLarge -> throw ClientRefusedException.of(client, tooLarge, estimate);
        };
    }

    private ClientBudget budget(String client, Instant wallNow) {
        ClientBudget known = budgets.get(client);
        return known == null ? newBudget(client, wallNow) : known;
    }

    /// Not while the rules change: the budget would keep an old one.
    private synchronized ClientBudget newBudget(String client, Instant wallNow) {
        return budgets.computeIfAbsent(client, name -> {
            var budget = new ClientBudget(rules.of(name));
            UsageTotals used = usage.total(name, wallNow);
            budget.restore(used.requests(), used.tokens(), wallNow);
            return budget;
        });
    }
}
