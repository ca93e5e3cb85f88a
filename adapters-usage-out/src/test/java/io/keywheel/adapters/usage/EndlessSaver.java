package io.keywheel.adapters.usage;

import io.keywheel.application.port.out.UsageStore;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Saves growing totals and prints each, until it is killed, a save fails, or its output is closed.
final class EndlessSaver {

    private EndlessSaver() {}

    public static void main(String[] arguments) {
        LocalDate today = LocalDate.parse("2026-11-28");
        UsageFile store;
        try {
            store = UsageFile.open(Path.of(arguments[0]), warning -> {});
        } catch (UsageFile.UnusableException e) {
            System.out.println("unusable: " + e.getMessage());
            return;
        }
        long requests =
                store.load().isEmpty() ? 0 : store.load().getFirst().totals().requests();
        try {
            while (!System.out.checkError()) {
                requests++;
                var rows = new ArrayList<>(List.of(UsageFileTest.row(today, "alice", requests)));
                for (int i = 0; i < 50; i++) {
                    rows.add(UsageFileTest.row(today, "client-" + (requests * 50 + i) % 5000, requests));
                }
                store.save(rows, today);
                System.out.println(requests);
            }
        } catch (UsageStore.NotSavedException e) {
            System.out.println("not saved: " + e.getMessage());
        }
    }
}
