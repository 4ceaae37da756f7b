//! Texts and numbers that look random and are the same in each run.

/// Words of the vocabulary, as many as a talkative agent uses.
const N_WORDS: u64 = 8_000;
const SYLLABLES: [&str; 24] = [
    "ka", "lo", "mi", "ter", "ra", "sen", "do", "vi", "plan", "cor", "ul", "be", "ni", "sta", "gre", "or", "fa", "zu",
    "men", "ti", "po", "ex", "ha", "wen",
];

/// Steele and Vigna's `SplitMix64`.
pub(super) fn mix(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Some words, the common ones often and the rare ones rarely, as in speech.
pub(super) fn words(seed: u64, n_bytes: usize) -> String {
    let mut text = String::with_capacity(n_bytes + 16);
    for n in 0_u64.. {
        if text.len() >= n_bytes {
            break;
        }
        if n > 0 {
            text.push(' ');
        }
        // The product of three even draws lies near zero more often than not.
        let draw = |salt: u64| mix(seed ^ mix(n * 3 + salt)) % N_WORDS;
        push_word(&mut text, draw(0) * draw(1) / N_WORDS * draw(2) / N_WORDS);
    }
    text
}

/// The word of a rank: the commoner, the shorter.
fn push_word(text: &mut String, rank: u64) {
    let mut left = rank + 1;
    while left > 0 {
        text.push_str(SYLLABLES[(left % SYLLABLES.len() as u64) as usize]);
        left /= SYLLABLES.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_each_time_and_of_many_words() {
        assert_eq!(words(7, 400), words(7, 400));
        assert_ne!(words(7, 400), words(8, 400));
        let text = words(1, 100_000);
        let different: std::collections::HashSet<&str> = text.split(' ').collect();
        assert!(different.len() > 2_000, "{}", different.len());
    }
}
