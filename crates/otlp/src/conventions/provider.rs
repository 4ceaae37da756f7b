//! Who runs the model, in OpenTelemetry's words.

/// Words of other dialects for providers, in lower case.
const SYNONYMS: &[(&str, &str)] = &[
    ("az.ai.openai", "azure.ai.openai"),
    ("azure", "azure.ai.openai"),
    ("azure_openai", "azure.ai.openai"),
    ("azure-openai", "azure.ai.openai"),
    ("azure.openai", "azure.ai.openai"),
    ("az.ai.inference", "azure.ai.inference"),
    ("mistral", "mistral_ai"),
    ("mistralai", "mistral_ai"),
    ("google", "gcp.gen_ai"),
    ("google_genai", "gcp.gen_ai"),
    ("google-genai", "gcp.gen_ai"),
    ("gen_ai", "gcp.gen_ai"),
    ("gemini", "gcp.gemini"),
    ("google.generative-ai", "gcp.gemini"),
    ("google_ai_studio", "gcp.gemini"),
    ("vertexai", "gcp.vertex_ai"),
    ("vertex_ai", "gcp.vertex_ai"),
    ("google.vertex", "gcp.vertex_ai"),
    ("google_vertexai", "gcp.vertex_ai"),
    ("aws", "aws.bedrock"),
    ("bedrock", "aws.bedrock"),
    ("aws_bedrock", "aws.bedrock"),
    ("amazon-bedrock", "aws.bedrock"),
    ("amazon_bedrock", "aws.bedrock"),
    ("xai", "x_ai"),
    ("x.ai", "x_ai"),
    ("moonshot", "moonshot_ai"),
    ("moonshotai", "moonshot_ai"),
    ("watsonx", "ibm.watsonx.ai"),
    ("ibm", "ibm.watsonx.ai"),
];

/// Words that are OpenTelemetry's already and that other dialects write in other cases.
const PROVIDERS: &[&str] = &[
    "openai",
    "anthropic",
    "aws.bedrock",
    "azure.ai.openai",
    "azure.ai.inference",
    "cohere",
    "deepseek",
    "gcp.gen_ai",
    "gcp.gemini",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "mistral_ai",
    "moonshot_ai",
    "perplexity",
    "x_ai",
];

/// What Vercel puts behind a provider to tell its APIs apart.
const API_SUFFIXES: [&str; 6] = [".chat", ".responses", ".completion", ".messages", ".embedding", ".textEmbedding"];

/// Hosts, or ends of hosts, and who runs the models behind them.
const HOSTS: &[(&str, &str)] = &[
    ("api.openai.com", "openai"),
    ("api.anthropic.com", "anthropic"),
    (".openai.azure.com", "azure.ai.openai"),
    (".services.ai.azure.com", "azure.ai.inference"),
    ("generativelanguage.googleapis.com", "gcp.gemini"),
    ("aiplatform.googleapis.com", "gcp.vertex_ai"),
    ("api.mistral.ai", "mistral_ai"),
    ("api.groq.com", "groq"),
    ("api.deepseek.com", "deepseek"),
    ("api.x.ai", "x_ai"),
    ("api.perplexity.ai", "perplexity"),
    ("api.cohere.com", "cohere"),
    ("api.cohere.ai", "cohere"),
    ("api.moonshot.ai", "moonshot_ai"),
    ("api.moonshot.cn", "moonshot_ai"),
];

/// OpenTelemetry's word for a provider; a word that it does not know stays as it is.
pub(super) fn canonical(word: &str) -> String {
    let word = word.trim();
    let stem = API_SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word);
    let lower = stem.to_ascii_lowercase();
    if let Some((_, provider)) = SYNONYMS.iter().find(|(synonym, _)| *synonym == lower) {
        return (*provider).to_owned();
    }
    if PROVIDERS.contains(&lower.as_str()) { lower } else { stem.to_owned() }
}

/// Who runs the models behind a host, if it is one of the well-known ones.
pub(super) fn of_host(host: &str) -> Option<&'static str> {
    let is_bedrock = host.starts_with("bedrock-runtime.") && host.ends_with(".amazonaws.com");
    let known = HOSTS.iter().find(|(known, _)| {
        // The regional hosts of Vertex AI are `europe-west1-aiplatform.googleapis.com` and the like.
        host == *known || host.strip_suffix(known).is_some_and(|head| known.starts_with('.') || head.ends_with('-'))
    });
    if is_bedrock { Some("aws.bedrock") } else { known.map(|(_, provider)| *provider) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synonyms_become_the_words_of_opentelemetry() {
        for (word, wanted) in [
            ("OpenAI", "openai"),
            ("openai.chat", "openai"),
            ("openai.responses", "openai"),
            ("google.vertex.chat", "gcp.vertex_ai"),
            ("google.generative-ai", "gcp.gemini"),
            ("az.ai.openai", "azure.ai.openai"),
            ("mistralai", "mistral_ai"),
            ("aws", "aws.bedrock"),
            ("xai", "x_ai"),
            ("My-Own", "My-Own"),
        ] {
            assert_eq!(canonical(word), wanted, "{word}");
        }
    }

    #[test]
    fn only_well_known_hosts_tell_a_provider() {
        assert_eq!(of_host("api.openai.com"), Some("openai"));
        assert_eq!(of_host("mine.openai.azure.com"), Some("azure.ai.openai"));
        assert_eq!(of_host("europe-west1-aiplatform.googleapis.com"), Some("gcp.vertex_ai"));
        assert_eq!(of_host("bedrock-runtime.eu-west-1.amazonaws.com"), Some("aws.bedrock"));
        assert_eq!(of_host("notapi.openai.com"), None);
        assert_eq!(of_host("localhost"), None);
    }
}
