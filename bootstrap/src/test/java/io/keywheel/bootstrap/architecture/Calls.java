package io.keywheel.bootstrap.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.List;

/// Calls by the names of what they call: whatever the overload.
final class Calls {

    private Calls() {}

    static DescribedPredicate<JavaMethodCall> of(Class<?> owner, String... methods) {
        return to(owner.getName(), methods);
    }

    static DescribedPredicate<JavaMethodCall> to(String owner, String... methods) {
        List<String> names = List.of(methods);
        return DescribedPredicate.describe(
                owner + "." + names,
                call -> call.getTargetOwner().getName().equals(owner) && names.contains(call.getName()));
    }
}
