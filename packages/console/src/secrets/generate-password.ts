const CLASSES = [
  "ABCDEFGHJKLMNPQRSTUVWXYZ",
  "abcdefghijkmnopqrstuvwxyz",
  "23456789",
  "!@#$%^&*()_+-=[]{}|'",
] as const;
const LENGTH = 20;

/** A password of 20 letters from all four classes of IAM's password policy, without look-alikes. */
export function generatePassword(): string {
  const letters = CLASSES.join("");
  const chosen = CLASSES.map(pick);
  while (chosen.length < LENGTH) chosen.push(pick(letters));
  // Shuffled, so that the first places don't tell their class.
  for (let at = chosen.length - 1; at > 0; at--) {
    const other = randomBelow(at + 1);
    [chosen[at], chosen[other]] = [chosen[other] ?? "", chosen[at] ?? ""];
  }
  return chosen.join("");
}

const pick = (letters: string): string => letters[randomBelow(letters.length)] ?? "";

/** Without the bias of a remainder. */
function randomBelow(limit: number): number {
  const largest = Math.floor(2 ** 32 / limit) * limit;
  for (;;) {
    const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
    if (value < largest) return value % limit;
  }
}
