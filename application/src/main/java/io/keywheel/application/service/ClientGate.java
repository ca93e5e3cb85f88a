package io.keywheel.application.service;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.in.ClientsUseCase;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.client.ClientBudget;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.client.Reservation;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.domain.usage.UsageTotals;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Enforces the rules of clients once for each request of any API, before key selection. A client without a rule
/// costs one map lookup.
final class ClientGate implements ClientsUseCase {

    /// Facts of other gateways create no further budgets beyond this number of budgets.
    private static final int MOST_CLIENTS = 10_000;

    private final ConcurrentHashMap<String, ClientBudget> budgets = new ConcurrentHashMap<>();
    private final RuntimeServices services;
    private final UsageService usage;
    private final @Nullable SharedState shared;
    private volatile ClientRules rules;

    /// @param usage provides today's usage, which counts towards limits per day
    ClientGate(
            ClientRules rules, RuntimeServices runtimeServices, UsageService usage, @Nullable SharedState sharedState) {
        this.shared = sharedState;
        this.rules = rules;
        this.services = runtimeServices;
        this.usage = usage;
    }

    /// Replaces the rules. Usage before the change still counts.
    synchronized void change(ClientRules changed) {
        ClientRules before = rules;
        rules = changed;
        // A request that overlapped the last change may have left a budget without limits, which missed later usage.
        budgets.keySet()
                .removeIf(client -> changed.of(client).limits().isEmpty()
                        || before.of(client).limits().isEmpty());
        budgets.forEach((client, budget) -> budget.change(changed.of(client)));
    }

    @Override
    public ClientRule rule(@Nullable String client) {
        return rules.of(ClientRules.nameOf(client));
    }

    /// @throws ClientRefusedException if the client may not use the model
    void mustAllow(ChatCommand command, ModelCatalogService models) {
        ClientRule rule = rule(command.client());
        ModelSelector selection = command.selection();
        if (!rule.allows(selection.name(), selection.provider(), models.catalog())) {
            throw ClientRefusedException.notAllowed(ClientRules.nameOf(command.client()), selection.name(), rule);
        }
    }

    /// Admits a request. The caller closes it at the end of the request.
    ///
    /// @throws ClientRefusedException if a limit does not admit it
    AdmittedRequest admit(ChatCommand command, long estimate) {
        if (rule(command.client()).limits().isEmpty()) {
            return new AdmittedRequest(command.usageSink(), services.events(), Map.of(), (_, _) -> {});
        }
        String client = ClientRules.nameOf(command.client());
        Instant now = services.clock().instant();
        Instant wallNow = services.wallTime().apply(now);
        ClientBudget budget = budget(client, wallNow);
        return switch (budget.reserve(estimate, now, wallNow)) {
            case Reservation reservation -> {
                publish(client, 1, estimate, now);
                var states = reservation.limitStates();
                yield new AdmittedRequest(command.usageSink(), services.events(), states, (used, counts) -> {
                    Instant end = services.clock().instant();
                    Instant wallEnd = services.wallTime().apply(end);
                    long more = counts
                            ? budget.settle(reservation, used, end, wallEnd)
                            : budget.withdraw(reservation, end, wallEnd);
                    publish(client, counts ? 0 : -1, more, more > 0 ? end : now);
                });
            }
            case BudgetCheck.Refused refused -> {
                AdmittedRequest.report(
                        services.events(), () -> command.usageSink().refused(refused.limitStates()));
                throw ClientRefusedException.of(client, refused, estimate);
            }
        };
    }

    private void publish(String client, long requests, long tokens, Instant at) {
        if (shared != null && (requests != 0 || tokens != 0)) {
            shared.publish(List.of(new Fact.ClientUsed(client, requests, tokens, at)));
        }
    }

    void learn(List<Fact> facts) {
        Instant now = services.clock().instant();
        for (Fact fact : facts) {
            if (fact instanceof Fact.ClientUsed(var _, var client, var requests, var tokens, var at)
                    && !rule(client).limits().isEmpty()
                    && (budgets.containsKey(client) || budgets.size() < MOST_CLIENTS)) {
                Instant since = at.isAfter(now) ? now : at;
                Instant wallSince = services.wallTime().apply(since);
                budget(client, services.wallTime().apply(now)).usedElsewhere(requests, tokens, since, now, wallSince);
            }
        }
    }

    private ClientBudget budget(String client, Instant wallNow) {
        ClientBudget known = budgets.get(client);
        return known == null ? newBudget(client, wallNow) : known;
    }

    /// Synchronized with [#change], because the budget might otherwise keep an old rule.
    private synchronized ClientBudget newBudget(String client, Instant wallNow) {
        return budgets.computeIfAbsent(client, name -> {
            var budget = new ClientBudget(rules.of(name));
            UsageTotals used = usage.total(name, wallNow);
            budget.restore(used.requests(), used.tokens(), wallNow);
            return budget;
        });
    }
}
