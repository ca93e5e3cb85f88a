/// Simulates the policy in virtual time: random pools, faults and arrivals, checked by an oracle that has a simpler
/// model of the same rules.
@NullMarked
package io.keywheel.domain.simulation;

import org.jspecify.annotations.NullMarked;
